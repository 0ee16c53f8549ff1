"""The think tank that ``creditline demo`` serves on loopback and the tests use: invented and bilingual."""
