package normsweep.report.analysis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import normsweep.record.Clip;
import normsweep.record.Records;
import normsweep.record.SweepFolder;

/**
 * A row of {@code contrasts.csv}: everything that a report says about a contrast. What is unknown
 * is empty. Accuracies and their differences are shares, losses nats.
 *
 * @param other the second head; empty for clipping against none
 * @param clip the clipping choice; empty for two heads, and with two heads the interaction
 * @param seeds seeds that both sides have
 * @param agreeing seeds whose difference has the sign of the mean difference
 * @param low lower end of the 95 % interval
 * @param size d_z, the difference in standard deviations between seeds
 * @param p two-sided p value of Student's t
 * @param correctedP the same by Holm's method over all rows with at least two seeds
 */
public record ContrastRow(
    String measure,
    String head,
    String other,
    String clip,
    int seeds,
    int agreeing,
    double first,
    double second,
    double difference,
    Double low,
    Double high,
    Double size,
    Double p,
    Double correctedP) {

  /** Writes all rows of a sweep and returns their file. */
  public static Path write(SweepFolder folder, Contrasts contrasts) throws IOException {
    Path file = folder.root().resolve("contrasts.csv");
    Records.writeCsv(
        file, ContrastRow.class, contrasts.all().stream().map(ContrastRow::of).toList());
    return file;
  }

  private static ContrastRow of(Contrast contrast) {
    PairedDifference effect = contrast.effect();
    return new ContrastRow(
        contrast.measure().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        contrast.head().id(),
        contrast.other().map(HeadKind::id).orElse(null),
        contrast.clip().map(Clip::id).orElse(null),
        effect.pairs(),
        effect.agreeing(),
        effect.first(),
        effect.second(),
        effect.difference(),
        contrast.interval().map(Interval::low).orElse(null),
        contrast.interval().map(Interval::high).orElse(null),
        effect.size().orElse(null),
        effect.p().orElse(null),
        effect.p().map(p -> contrast.corrected()).orElse(null));
  }
}
