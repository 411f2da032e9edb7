"""`python -m deploy` is `ioc`."""

from deploy.main import main

main(prog_name="ioc")
