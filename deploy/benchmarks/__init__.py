"""Speed beside peers: the same messages, in one run, as ratios. Machines are noisy."""
