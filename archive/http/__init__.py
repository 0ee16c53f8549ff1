"""An exchange as bytes: its head, framing, codings and charset."""
