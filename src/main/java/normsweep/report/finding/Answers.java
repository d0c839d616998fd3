package normsweep.report.finding;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;
import static normsweep.report.analysis.Sentences.capital;
import static normsweep.report.analysis.Sentences.clipping;
import static normsweep.report.analysis.Sentences.percent;
import static normsweep.report.analysis.Sentences.say;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import normsweep.record.Clip;
import normsweep.report.analysis.ClippedShare;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Contrasts;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Interval;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.Sentences;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.finding.Finding.Strength;

/**
 * The answers to the three questions of a sweep: which norm, what gradient clipping did, and what
 * to do in practice. They conclude only from {@link Contrasts}, as every {@link Finding} does.
 */
final class Answers {
  private static final String NORM = "Which norm?";
  private static final String CLIPPING = "What did gradient clipping do?";
  private static final String PRACTICE = "What should you do in practice?";
  private static final Measure ACCURACY = Measure.TEST_ACCURACY;

  private final SweepEvidence sweep;
  private final Contrasts contrasts;
  private final List<Clip> clips;
  private final String where;
  private final Optional<HeadRanking> ranking;

  private Answers(SweepEvidence whole, SweepEvidence sweep, Contrasts contrasts, List<Clip> clips) {
    this.sweep = sweep;
    this.contrasts = contrasts;
    this.clips = clips;
    where = SettingFindings.where(whole, sweep);
    ranking = HeadRanking.of(sweep, contrasts, ACCURACY);
  }

  /**
   * The three answers.
   *
   * @param clips clipping choices that are worded
   */
  static List<Answer> of(
      SweepEvidence whole, SweepEvidence sweep, Contrasts contrasts, List<Clip> clips) {
    Answers answers = new Answers(whole, sweep, contrasts, clips);
    return List.of(answers.norm(), answers.effects(), answers.practice());
  }

  // The text as about the setting that is shown, if there are several.
  private String at(String text) {
    return where.isEmpty()
        ? text
        : where + text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  private int seeds() {
    return sweep.seeds().size();
  }

  private Answer norm() {
    if (sweep.completed().isEmpty()) {
      return new Answer(NORM, "No trial has been completed yet.", Strength.CAUTION);
    }
    if (ranking.isEmpty()) {
      String alone =
          say(
              sweep.heads().size() == 1
                  ? "The sweep has one, "
                      + sweep.heads().get(0).label()
                      + "; its mean test accuracy is %s."
                  : "Norms cannot be compared: no two heads have completed trials with the same"
                      + " seed and clipping choice. The mean test accuracy is %s.",
              ACCURACY.format(
                  mean(
                      sweep.completed().stream()
                          .flatMap(trial -> ACCURACY.of(trial).stream())
                          .toList())));
      return new Answer(NORM, at(alone), Strength.CAUTION);
    }
    HeadRanking ranked = ranking.get();
    String first =
        say(
            "%s does best in validation and reaches a test accuracy of %s%s",
            capital(ranked.first().label()),
            ACCURACY.format(ranked.mean()),
            seeds() > 1 ? " on average over " + seeds() + " seeds" : "");
    return seeds() > 1 ? ranked(ranked, first) : oneSeed(ranked, first);
  }

  private Answer ranked(HeadRanking ranked, String first) {
    List<String> sentences = new ArrayList<>(List.of(first + "."));
    gap(ranked, ranked.beaten(), "It is ahead of %s.").ifPresent(sentences::add);
    gap(ranked, ranked.better(), "On the test images, however, it is behind %s.")
        .ifPresent(sentences::add);
    Map<Boolean, List<HeadKind>> hints =
        ranked.undecided().stream()
            .collect(partitioningBy(head -> ranked.others().get(head).verdict() == Verdict.HINT));
    gap(
            ranked,
            hints.get(true),
            "The difference from %s is a hint only: it does not withstand correction for all"
                + " comparisons.")
        .ifPresent(sentences::add);
    gap(ranked, hints.get(false), "A difference from %s could not be shown.")
        .ifPresent(sentences::add);
    List<Contrast> rest =
        ranked.rest().stream().filter(one -> one.verdict() == Verdict.BEYOND_NOISE).toList();
    if (!rest.isEmpty()) {
      sentences.add(
          say(
              "Beyond noise, too: %s.",
              Sentences.list(rest.stream().map(one -> one.label() + " " + size(one)).toList())));
    }
    boolean concluded = !rest.isEmpty() || ranked.undecided().size() < ranked.others().size();
    return new Answer(
        NORM, at(String.join(" ", sentences)), concluded ? Strength.CONCLUSION : Strength.CAUTION);
  }

  private static Optional<String> gap(HeadRanking ranked, List<HeadKind> heads, String sentence) {
    return heads.isEmpty()
        ? Optional.empty()
        : Optional.of(
            say(
                sentence,
                Sentences.list(
                    heads.stream()
                        .map(head -> head.label() + " " + size(ranked.others().get(head)))
                        .toList())));
  }

  // “(+1.2 points, +0.4 to +2.0)”: the interval has the unit of the difference.
  private static String size(Contrast contrast) {
    Measure measure = contrast.measure();
    return "("
        + measure.formatDifference(contrast.effect().difference())
        + contrast
            .interval()
            .map(range -> ", 95 % interval " + measure.formatInterval(range))
            .orElse("")
        + ")";
  }

  private Answer oneSeed(HeadRanking ranked, String first) {
    String others =
        Sentences.list(
            ranked.others().entrySet().stream()
                .map(
                    entry ->
                        say(
                            "%s reaches %s",
                            entry.getKey().label(),
                            ACCURACY.format(entry.getValue().effect().second())))
                .toList());
    double reach =
        ranked.others().values().stream()
            .flatMap(one -> one.interval().stream())
            .mapToDouble(Interval::halfWidth)
            .max()
            .orElse(0);
    String text =
        say(
            "%s; %s. One seed does not rank norms: differences below about %.0f"
                + " points are within the sampling error of %d test images alone, and another seed"
                + " may reverse the order.",
            first, others, Math.ceil(100 * reach), sweep.testImages());
    return new Answer(NORM, at(text), Strength.CAUTION);
  }

  private Answer effects() {
    List<Contrast> effects =
        clips.stream()
            .flatMap(clip -> sweep.heads().stream().flatMap(head -> effect(head, clip)))
            .toList();
    List<String> sentences = new ArrayList<>();
    clips.forEach(clip -> fired(clip).ifPresent(sentences::add));
    if (sentences.isEmpty()) {
      String none = "The sweep has no completed trials with and without clipping to compare.";
      return new Answer(CLIPPING, none, Strength.CAUTION);
    }
    List<Contrast> beyond = beyondNoise();
    if (!beyond.isEmpty()) {
      sentences.add(say("Beyond noise, it changed %s.", changes(beyond)));
    }
    List<Contrast> rest =
        effects.stream().filter(one -> one.verdict() != Verdict.BEYOND_NOISE).toList();
    if (!rest.isEmpty()) {
      String list =
          Sentences.list(
              rest.stream()
                  .map(
                      one ->
                          say(
                              "%s for %s%s",
                              ACCURACY.formatDifference(one.effect().difference()),
                              one.head().label(),
                              clips.size() > 1 ? " at " + one.clip().orElseThrow().label() : ""))
                  .toList());
      sentences.add(
          seeds() > 1
              ? say("An effect on test accuracy could not be shown: it changed by %s.", list)
              : say(
                  "Test accuracy changed by %s; with one seed these are observations, not effects.",
                  list));
    }
    return new Answer(
        CLIPPING,
        at(String.join(" ", sentences)),
        beyond.isEmpty()
            ? seeds() > 1 ? Strength.CAUTION : Strength.OBSERVATION
            : Strength.CONCLUSION);
  }

  private Stream<Contrast> effect(HeadKind head, Clip clip) {
    return contrasts.clipping(ACCURACY, head, clip).stream();
  }

  private List<Contrast> beyondNoise() {
    return contrasts.all().stream()
        .filter(one -> one.clip().filter(clips::contains).isPresent() && !one.interaction())
        .filter(one -> one.verdict() == Verdict.BEYOND_NOISE)
        .toList();
  }

  // “the test loss of batch norm (+0.020 nats, 95 % interval …) and layer norm (…)”.
  private String changes(List<Contrast> contrasts) {
    return Sentences.list(
        contrasts.stream()
            .collect(
                groupingBy(
                    Contrast::measure,
                    LinkedHashMap::new,
                    mapping(one -> name(one) + " " + size(one), toList())))
            .entrySet()
            .stream()
            .map(
                entry ->
                    say("the %s of %s", entry.getKey().label(), Sentences.list(entry.getValue())))
            .toList());
  }

  // Which share of each head's steps a clipping choice changed.
  private Optional<String> fired(Clip clip) {
    List<String> shares = new ArrayList<>();
    List<String> heads = new ArrayList<>();
    for (HeadKind head : sweep.heads()) {
      ClippedShare all = ClippedShare.total(sweep.clippedByEpoch(head, clip));
      if (all.iterations() > 0) {
        heads.add(head.label());
        shares.add(
            all.clipped() == 0
                ? "none"
                : all.clipped() == all.iterations() ? "all" : percent(all.share()));
      }
    }
    if (heads.size() > 1 && shares.stream().distinct().count() == 1) {
      return Optional.of(
          say("%s changed %s of the steps of every head.", capital(clipping(clip)), shares.get(0)));
    }
    for (int i = 0; i < heads.size(); i++) {
      shares.set(
          i, say("%s of %s of %s", shares.get(i), i == 0 ? "the steps" : "those", heads.get(i)));
    }
    return shares.isEmpty()
        ? Optional.empty()
        : Optional.of(say("%s changed %s.", capital(clipping(clip)), Sentences.list(shares)));
  }

  private Answer practice() {
    if (sweep.completed().isEmpty()) {
      return new Answer(PRACTICE, "Run the sweep first.", Strength.CAUTION);
    }
    List<String> sentences = new ArrayList<>();
    boolean concluded = false;
    if (seeds() < 2) {
      sentences.add(
          "Choose neither a norm nor a threshold from this sweep: repeat it with at least five"
              + " seeds.");
    } else {
      List<Contrast> effects = beyondNoise();
      List<String> preferred = preferred();
      concluded = !preferred.isEmpty() || !effects.isEmpty();
      ranking.ifPresent(ranked -> sentences.add(choice(ranked, preferred)));
      clippingAdvice(effects).ifPresent(sentences::add);
    }
    CurveFindings.stopping(sweep).ifPresent(sentences::add);
    return new Answer(
        PRACTICE,
        at(String.join(" ", sentences)),
        concluded ? Strength.CONCLUSION : Strength.CAUTION);
  }

  private static String choice(HeadRanking ranked, List<String> preferred) {
    if (ranked.beaten().size() == ranked.others().size()) {
      return say("Use %s.", ranked.first().label());
    }
    return preferred.isEmpty()
        ? "Choose the norm by other criteria: accuracy gives no reason to prefer one."
        : say(
            "Prefer %s; beyond that, accuracy gives no reason to choose.",
            Sentences.list(preferred));
  }

  // “batch norm to filter response norm”, for each pair that accuracy tells apart.
  private List<String> preferred() {
    return contrasts.of(ACCURACY).stream()
        .filter(one -> one.clip().isEmpty() && one.verdict() == Verdict.BEYOND_NOISE)
        .map(Contrast::preference)
        .toList();
  }

  private Optional<String> clippingAdvice(List<Contrast> effects) {
    if (clips.isEmpty()) {
      return Optional.empty();
    }
    if (effects.isEmpty()) {
      return Optional.of(
          "Do not expect accuracy from gradient clipping: it neither helped nor harmed beyond"
              + " noise.");
    }
    List<Contrast> good = effects.stream().filter(Contrast::ahead).toList();
    List<Contrast> bad = effects.stream().filter(one -> !one.ahead()).toList();
    return Optional.of(
        Stream.of(
                good.isEmpty() ? "" : say("Clip the gradients of %s.", byHead(good)),
                bad.isEmpty() ? "" : say("Do not clip those of %s.", byHead(bad)))
            .filter(text -> !text.isEmpty())
            .collect(joining(" ")));
  }

  private String name(Contrast contrast) {
    return contrast.head().label()
        + (clips.size() > 1 ? " at " + contrast.clip().orElseThrow().label() : "");
  }

  // “batch norm and layer norm (test accuracy) and …”: heads with the same measures together.
  private String byHead(List<Contrast> contrasts) {
    Map<String, List<String>> measures = new LinkedHashMap<>();
    contrasts.forEach(
        one ->
            measures
                .computeIfAbsent(name(one), head -> new ArrayList<>())
                .add(one.measure().label()));
    Map<String, List<String>> heads = new LinkedHashMap<>();
    measures.forEach(
        (head, own) ->
            heads.computeIfAbsent(Sentences.list(own), list -> new ArrayList<>()).add(head));
    return Sentences.list(
        heads.entrySet().stream()
            .map(entry -> Sentences.list(entry.getValue()) + " (" + entry.getKey() + ")")
            .toList());
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
