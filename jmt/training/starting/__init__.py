"""Where training starts: a new network, a trained one that grows, or the mean of several."""
