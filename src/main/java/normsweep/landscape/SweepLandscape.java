package normsweep.landscape;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sweep's {@code landscape.json}: what all surfaces share, and a list of them.
 *
 * @param schema version of this format, {@value TrialLandscape#SCHEMA}
 * @param settings the requested settings
 * @param images number of validation images that the losses are averaged over
 * @param directionSeeds name of each random direction's seed: {@code SEED/AXIS}, to which a
 *     weight's name is appended
 * @param lossMin lower end of the colour scale of all pictures of the sweep
 * @param lossMax upper end of the colour scale; larger losses take its colour
 * @param trials ids of the trials with a landscape
 * @param missing ids of the other trials, each with the reason
 */
public record SweepLandscape(
    int schema,
    LandscapeSettings settings,
    int images,
    List<String> directionSeeds,
    double lossMin,
    double lossMax,
    List<String> trials,
    Map<String, String> missing) {

  /** Copies the collections. */
  public SweepLandscape {
    directionSeeds = List.copyOf(directionSeeds);
    trials = List.copyOf(trials);
    missing = java.util.Collections.unmodifiableMap(new TreeMap<>(missing));
  }
}
