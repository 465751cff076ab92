"""Reading across everything below: traces, the weave and the account."""
