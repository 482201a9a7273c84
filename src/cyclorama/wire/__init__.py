"""What goes over HTTP, whoever serves it: the local server or the functions on AWS. No framework is in it."""
