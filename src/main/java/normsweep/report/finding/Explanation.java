package normsweep.report.finding;

/**
 * A likely reason for something that a sweep showed. It is an interpretation: a sweep measures
 * effects, not causes.
 *
 * @param title what it is about
 * @param seen what the sweep showed, with where to find it
 * @param mechanism the likely reason, with its source
 * @param refutation which result would speak against it
 */
public record Explanation(String title, String seen, String mechanism, String refutation) {}
