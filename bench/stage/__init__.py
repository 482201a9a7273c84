"""Publishers, viewers, servers and networks for the benches of the stage."""
