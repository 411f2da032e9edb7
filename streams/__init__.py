"""The fold: a pure core, and around it the thin Faust shell."""
