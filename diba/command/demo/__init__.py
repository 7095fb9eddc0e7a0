"""The demo plant: made up by a seeded generator, modelled on the station, labelled synthetic, ending today."""
