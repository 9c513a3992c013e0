launch_the_rocket()
