"""What keeps others from harming us: text that steers terminals, native code that panics, forks, the dead."""
