"""HTTP: send requests and receive responses. Nothing else in the program opens outgoing connections."""
