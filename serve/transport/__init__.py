"""The socket: the server, its clients' patience, and several processes."""
