package normsweep.report.document;

import static normsweep.report.analysis.Sentences.list;
import static normsweep.report.analysis.Sentences.say;

import java.awt.Dimension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import normsweep.landscape.TrialLandscape;
import normsweep.record.Clip;
import normsweep.record.SweepFolder;
import normsweep.report.analysis.Contrast;
import normsweep.report.analysis.Contrast.Verdict;
import normsweep.report.analysis.Description;
import normsweep.report.analysis.HeadKind;
import normsweep.report.analysis.Measure;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.figure.Figure.RenderedFigure;
import normsweep.report.figure.LandscapeFigures;
import normsweep.report.figure.TrialGroup;
import normsweep.report.finding.Answer;
import normsweep.report.finding.Findings;
import org.apache.poi.xslf.usermodel.XMLSlideShow;

/**
 * The report as ten slides: question, set-up, which norm, curves, gradients, what clipping did, its
 * factor, loss surfaces, limits, advice. There is one more if the sweep has an axis of numbers, and
 * those without data are left out.
 */
public final class Slides {
  private static final double FIRST_COLUMN = 0.17;
  private static final int MOST_ADVICE = 6;
  private static final String CITATION = " ?\\[[^\\]]*\\]";

  private final XMLSlideShow show;
  private final SweepEvidence whole;
  private final SweepEvidence sweep;
  private final Findings findings;
  private final List<RenderedFigure> figures;

  private Slides(
      XMLSlideShow show, SweepEvidence whole, Findings findings, List<RenderedFigure> figures) {
    this.show = show;
    this.whole = whole;
    this.sweep = whole.best();
    this.findings = findings;
    this.figures = figures;
  }

  /** Makes the slides of a sweep. */
  public static byte[] of(
      SweepFolder folder, SweepEvidence sweep, Findings findings, List<RenderedFigure> figures)
      throws IOException {
    try (XMLSlideShow show = new XMLSlideShow()) {
      show.setPageSize(new Dimension(SlidePage.WIDTH, SlidePage.HEIGHT));
      show.getProperties().getCoreProperties().setTitle(folder.name());
      new Slides(show, sweep, findings, figures).make(folder.name());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      show.write(out);
      return out.toByteArray();
    }
  }

  private void make(String name) {
    question(name);
    table(Description.setUp(whole), setUp());
    Answer norm = findings.answers().get(0);
    figure(Optional.of(said(norm)), named("test-accuracy"));
    figure(Optional.of(setting()), named("accuracy-by-setting"));
    figure(Description.curves(sweep), named("curves").map(figure -> figure.showing(1, 3)));
    figure(Description.gradients(sweep), named("gradient-total"));
    Description clipping = clipping();
    if (named("clipping-effect").isPresent()) {
      figure(Optional.of(clipping), named("clipping-effect"));
    } else if (!effects().isEmpty()) {
      table(clipping, effectRows());
    }
    figure(Description.factor(sweep), named("gradient-steps").map(figure -> figure.showing(0, 1)));
    figure(Description.landscape(sweep), landscape());
    table(Description.certainty(sweep), SetUp.limits(whole).stream().map(List::of).toList());
    table(said(findings.answers().get(2)), advice());
  }

  private void question(String name) {
    int seeds = whole.config().grid().seed().size();
    Description question =
        new Description(
            "Which norm should the head of a fine-tuned network have, and does gradient clipping"
                + " help?",
            say(
                "Sweep %s: MobileNetV2 on %s, %d of %d trials completed, %s.",
                name,
                whole.results().images().title(),
                whole.completed().size(),
                whole.trials().size(),
                seeds == 1 ? "one seed" : seeds + " seeds"));
    if (named("data-sample").isPresent()) {
      figure(Optional.of(question), named("data-sample"));
    } else {
      table(
          question,
          List.of(
              List.of("Norms", list(whole.heads().stream().map(HeadKind::label).toList())),
              List.of("Clipping", list(whole.clips().stream().map(Clip::label).toList())),
              List.of("Seeds", list(whole.seeds().stream().map(String::valueOf).toList()))));
    }
  }

  private List<List<String>> setUp() {
    return Choices.of(whole).stream()
        .filter(
            choice ->
                Set.of(
                        "Backbone",
                        "Trainable block",
                        "Head",
                        "Images",
                        "Augmentation",
                        "Optimizer",
                        "Epochs")
                    .contains(choice.subject()))
        .map(choice -> List.of(choice.subject(), choice.value().replaceAll(CITATION, "")))
        .toList();
  }

  private Description setting() {
    return new Description(
        "Validation accuracy is highest at " + sweep.trials().get(0).row().settings().label(),
        "This is the setting of all other slides. It was chosen by mean validation accuracy; test"
            + " images played no part in it.");
  }

  // The message is the effect; how often clipping acted explains it.
  private Description clipping() {
    Answer answer = findings.answers().get(1);
    List<Contrast> effects = effects();
    if (effects.isEmpty()) {
      return said(answer);
    }
    List<Contrast> changed =
        findings.contrasts().all().stream()
            .filter(one -> one.clip().filter(sweep.clips()::contains).isPresent())
            .filter(one -> !one.interaction() && one.verdict() == Verdict.BEYOND_NOISE)
            .toList();
    String none =
        sweep.seeds().size() > 1
            ? "No effect of gradient clipping on test accuracy could be shown"
            : "One seed cannot tell what gradient clipping does to test accuracy";
    String title =
        Stream.concat(Stream.of(Measure.TEST_ACCURACY), changed.stream().map(Contrast::measure))
            .map(measure -> changed.stream().filter(one -> one.measure() == measure).toList())
            .filter(found -> !found.isEmpty())
            .findFirst()
            .map(Slides::change)
            .orElse(none);
    return new Description(title, answer.text());
  }

  private static String change(List<Contrast> found) {
    return say(
        "Clipping changed the %s of %s beyond noise",
        found.get(0).measure().label(),
        list(found.stream().map(one -> one.head().label()).distinct().toList()));
  }

  private List<Contrast> effects() {
    return sweep.heads().stream()
        .flatMap(
            head ->
                sweep.clips().stream()
                    .flatMap(
                        clip ->
                            findings
                                .contrasts()
                                .clipping(Measure.TEST_ACCURACY, head, clip)
                                .stream()))
        .toList();
  }

  // What clipping changed for each head, as one row.
  private List<List<String>> effectRows() {
    return effects().stream()
        .map(
            found ->
                List.of(found.head().label(), found.clip().orElseThrow().label(), effect(found)))
        .toList();
  }

  private static String effect(Contrast found) {
    return say(
        "test accuracy %s → %s (%s)",
        found.measure().format(found.effect().second()),
        found.measure().format(found.effect().first()),
        found.describe());
  }

  // One picture for each head; in folders without them, the surfaces of the first and the last.
  private Optional<Figure> landscape() {
    int heads = sweep.heads().size();
    List<TrialLandscape> found =
        TrialGroup.atMost(sweep, heads).stream()
            .flatMap(
                cell ->
                    cell.trials().stream().flatMap(trial -> trial.landscape().stream()).limit(1))
            .toList();
    List<TrialLandscape> ends =
        found.size() < 3 ? found : List.of(found.get(0), found.get(found.size() - 1));
    return named("loss-surface")
        .map(figure -> figure.showing(0, heads))
        .or(() -> LandscapeFigures.sideBySide(ends));
  }

  // Guidelines, then what to try next.
  private List<List<String>> advice() {
    return Stream.concat(
            findings.recommendations().stream().map(text -> List.of("Now", text)),
            SetUp.future(whole).stream().map(text -> List.of("Next", text)))
        .limit(MOST_ADVICE)
        .toList();
  }

  // The first sentence of an answer is the message; the rest explains it.
  private static Description said(Answer answer) {
    String[] sentences = answer.text().split("(?<=[.]) ", 2);
    return new Description(
        sentences[0].replaceFirst("[.]$", ""), sentences.length > 1 ? sentences[1] : "");
  }

  private Optional<Figure> named(String name) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name))
        .map(RenderedFigure::figure)
        .findFirst();
  }

  private void figure(Optional<Description> text, Optional<Figure> figure) {
    text.ifPresent(
        found ->
            figure.ifPresent(
                drawn -> new SlidePage(show, found.title(), found.text()).figure(drawn)));
  }

  private void table(Description text, List<List<String>> rows) {
    int columns = rows.get(0).size();
    double[] shares =
        switch (columns) {
          case 1 -> new double[] {1};
          case 2 -> new double[] {FIRST_COLUMN, 1 - FIRST_COLUMN};
          default -> new double[] {0.22, FIRST_COLUMN, 0.78 - FIRST_COLUMN};
        };
    new SlidePage(show, text.title(), text.text()).table(rows, shares);
  }
}
