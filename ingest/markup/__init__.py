"""Markup: HTML, XML and JSON of others, read as they stand, into trees and values."""
