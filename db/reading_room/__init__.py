"""The reading room: the pages where people meet the collection; read only, and complete without JavaScript."""
