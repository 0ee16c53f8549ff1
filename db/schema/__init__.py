"""Tables, views and migrations, and the way to open the file."""
