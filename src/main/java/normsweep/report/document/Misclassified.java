package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.prediction.HardImage;
import normsweep.report.prediction.SweepPredictions;

/** Test images that networks classify wrongly, as the report's template shows them. */
final class Misclassified {
  private static final int SHOWN = 48;
  private static final int SIDE = 32;

  private Misclassified() {}

  /** A sentence on how many there are and, if CIFAR-10 is in the cache, pictures of the hardest. */
  static Map<String, Object> of(SweepEvidence sweep, SweepPredictions all) {
    List<HardImage> wrong = HardImage.of(all.images(), all.networks());
    long always = wrong.stream().filter(image -> image.wrong() == image.networks()).count();
    Map<String, Object> values = new LinkedHashMap<>();
    Optional<Cifar10> found =
        sweep.results().data() == null ? Optional.empty() : Cifar10.cached(Caches.root());
    List<Map<String, String>> pictures = List.of();
    if (found.isPresent()) {
      try (Cifar10 data = found.get()) {
        if (data.sha256().equals(sweep.results().data().sha256())) {
          pictures = wrong.stream().limit(SHOWN).map(image -> picture(data, image)).toList();
        }
      }
    }
    values.put("pictures", pictures);
    values.put(
        "text",
        say(
                "Of the %d test images, %d are classified wrongly by at least one of the %d networks,"
                    + " and %d by all of them.",
                all.images().length, wrong.size(), all.networks().size(), always)
            + (pictures.isEmpty()
                ? " Their pictures are missing because CIFAR-10 is not in this machine's cache."
                : " Shown are those that most networks get wrong and, among these, those on which"
                    + " they are most confident. Below each picture stand its class, what it is"
                    + " most often taken for with the mean confidence, how many networks are wrong,"
                    + " and its index in the official test set."));
    return values;
  }

  private static Map<String, String> picture(Cifar10 data, HardImage image) {
    byte[] planes = data.image(image.image());
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < planes.length; i++) {
      int pixel = i % (SIDE * SIDE);
      int band = i / (SIDE * SIDE);
      picture
          .getRaster()
          .setSample(pixel % SIDE, pixel / SIDE, band, Byte.toUnsignedInt(planes[i]));
    }
    return Map.of(
        "src", ReportModel.png(Figure.png(picture)),
        "label", Cifar10.CLASS_NAMES.get(image.label()),
        "predicted",
            say("%s %.0f %%", Cifar10.CLASS_NAMES.get(image.predicted()), 100 * image.confidence()),
        "note",
            say(
                "%d of %d, no. %d",
                image.wrong(), image.networks(), image.image() - Cifar10.TRAIN));
  }
}
