"""User interfaces: the command line `asnlab` and its web page. No logic here: parse, call, show."""
