package normsweep.report.finding;

import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.finding.Finding.Strength;
import normsweep.report.finding.Finding.Topic;

/** Findings about how heads differ in a measure. */
final class HeadFindings {
  private HeadFindings() {}

  /** How the head that validation chooses compares with the others on the test images. */
  static Finding chosen(HeadRanking ranking, Topic topic, int images) {
    Measure measure = ranking.measure();
    String head =
        say(
            "%s has the %s mean %s over clipping choices and seeds; on the test images its mean %s"
                + " is %s",
            capital(ranking.first().label()),
            measure.lowIsBetter() ? "lowest" : "highest",
            measure.chosenBy().label(),
            measure.label().replace("test ", ""),
            ranking.shownMean());
    Supplier<String> severalSeeds =
        () ->
            head
                + part(", ahead of %s beyond noise", ranking, ranking.beaten())
                + part(", behind %s beyond noise", ranking, ranking.better())
                + part(", with no difference beyond noise from %s", ranking, ranking.undecided())
                + "."
                + rest(ranking);
    return Finding.judged(
        topic,
        Stream.concat(ranking.others().values().stream(), ranking.rest().stream())
            .map(Contrast::verdict)
            .min(Comparator.naturalOrder())
            .orElseThrow(),
        severalSeeds,
        severalSeeds,
        () ->
            say(
                "%s, compared with %s. %s",
                head.replace(" and seeds", ", with one seed"),
                ranking.describe(ranking.undecided()),
                oneSeed(ranking, images)),
        Strength.CAUTION,
        ranking.numbers());
  }

  private static String part(String text, HeadRanking ranking, List<HeadKind> heads) {
    return heads.isEmpty() ? "" : say(text, ranking.describe(heads));
  }

  // What the first head's contrasts leave unsaid.
  private static String rest(HeadRanking ranking) {
    List<String> pairs =
        ranking.rest().stream()
            .filter(one -> one.verdict() == Verdict.BEYOND_NOISE)
            .map(one -> one.label() + " (" + one.describe() + ")")
            .toList();
    return pairs.isEmpty() ? "" : " Beyond noise, too: " + Sentences.list(pairs) + ".";
  }

  // One seed shows only what is certainly noise: a difference that other test images could cause.
  private static String oneSeed(HeadRanking ranking, int images) {
    boolean inside =
        ranking.others().values().stream()
            .flatMap(one -> one.interval().stream())
            .allMatch(range -> range.contains(0));
    return ranking.others().values().stream().anyMatch(one -> one.interval().isEmpty())
        ? "With one seed, another order may be found."
        : inside
            ? say("Such differences are inside the sampling noise of %d test images.", images)
            : say(
                "A difference whose interval excludes zero exceeds the sampling noise of %d test"
                    + " images, but one seed cannot distinguish it from a lucky initialisation.",
                images);
  }

  /** Which head has the lowest or highest value of a measure, and whether it differs. */
  static Finding contrast(HeadRanking ranking, Topic topic) {
    Measure measure = ranking.measure();
    String mean = ranking.shownMean();
    List<HeadKind> level = ranking.level();
    if (level.size() == ranking.others().size()) {
      String same = say("All heads have the same mean %s, %s.", measure.label(), mean);
      return new Finding(topic, Strength.OBSERVATION, same, ranking.numbers());
    }
    List<HeadKind> undecided = ranking.undecided();
    return Finding.judged(
        topic,
        ranking.verdict(),
        () ->
            say(
                "%s has the %s mean %s, %s; it differs from %s beyond the noise between %d"
                    + " seeds%s.",
                capital(ranking.first().label()),
                measure.lowIsBetter() ? "lowest" : "highest",
                measure.label(),
                mean,
                ranking.describe(
                    ranking.others().keySet().stream()
                        .filter(head -> !undecided.contains(head))
                        .toList()),
                ranking.seeds(),
                undecided.isEmpty() ? "" : ", but not from " + ranking.describe(undecided)),
        () ->
            say(
                "The heads do not differ beyond noise in the %s; the means are %s.%s",
                measure.label(), means(ranking), hints(ranking)),
        () -> say("The %s is on average %s.", measure.label(), means(ranking)),
        Strength.OBSERVATION,
        ranking.numbers());
  }

  // “2.6 points with layer norm and 5.6 points with batch norm”.
  private static String means(HeadRanking ranking) {
    Measure measure = ranking.measure();
    List<String> means = new ArrayList<>();
    means.add(measure.format(ranking.mean()) + " with " + ranking.first().label());
    ranking
        .others()
        .forEach(
            (head, contrast) ->
                means.add(measure.format(contrast.effect().second()) + " with " + head.label()));
    return Sentences.list(means);
  }

  private static String hints(HeadRanking ranking) {
    List<String> hints =
        ranking.others().values().stream()
            .filter(one -> one.verdict() == Verdict.HINT)
            .map(one -> one.label() + " (" + one.describe() + ")")
            .toList();
    return hints.isEmpty() ? "" : " A hint, not a conclusion: " + Sentences.list(hints) + ".";
  }
}
