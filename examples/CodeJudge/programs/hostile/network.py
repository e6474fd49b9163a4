import socket

socket.create_connection(('127.0.0.1', 5080), 2).sendall(b'GET / HTTP/1.0\r\n\r\n')
