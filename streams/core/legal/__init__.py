"""The legal clock: how long an office had, how long it took, what is left, and why.

Pure: facts, rule, calendar and `now` go in, an answer comes out. Instants are whole Unix seconds;
law's days are those of Asia/Ho_Chi_Minh.
"""
