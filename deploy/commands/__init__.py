"""One module per subcommand of `ioc`."""
