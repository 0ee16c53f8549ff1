"""Markup: parse the HTML, XML and JSON of other sites, often broken, into trees and values."""
