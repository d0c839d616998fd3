package normsweep.report.document;

import static normsweep.report.analysis.Sentences.say;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.data.Cifar10;
import normsweep.data.ImageSource;
import normsweep.data.Pixels;
import normsweep.data.picture.ImageSources;
import normsweep.record.DataSettings;
import normsweep.report.analysis.SweepEvidence;
import normsweep.report.figure.Figure;
import normsweep.report.prediction.HardImage;
import normsweep.report.prediction.SweepPredictions;

/** Test images that networks classify wrongly, as the report's template shows them. */
final class Misclassified {
  private static final int SHOWN = 48;

  private Misclassified() {}

  /** A sentence on how many there are and, if the images are at hand, pictures of the hardest. */
  static Map<String, Object> of(SweepEvidence sweep, SweepPredictions all) {
    List<HardImage> wrong = HardImage.of(all.images(), all.networks());
    long always = wrong.stream().filter(image -> image.wrong() == image.networks()).count();
    Map<String, Object> values = new LinkedHashMap<>();
    DataSettings settings = sweep.config().data();
    Optional<ImageSource> found =
        sweep.results().data() == null
            ? Optional.empty()
            : ImageSources.present(settings, sweep.results().data().sha256());
    List<Map<String, String>> pictures = List.of();
    if (found.isPresent()) {
      try (ImageSource data = found.get()) {
        Pixels pixels = data.pixels(settings);
        pictures =
            wrong.stream()
                .limit(SHOWN)
                .map(
                    image ->
                        picture(
                            pixels.plain(image.image()),
                            image,
                            all.classes(),
                            settings.own() ? 0 : Cifar10.TRAIN))
                .toList();
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
                ? " Their pictures are missing because the images of this sweep are not on this machine."
                : " Shown are those that most networks get wrong and, among these, those on which"
                    + " they are most confident. Below each picture stand its class, what it is"
                    + " most often taken for with the mean confidence, how many networks are wrong,"
                    + " and its index in the "
                    + (settings.own() ? "data set." : "official test set.")));
    return values;
  }

  private static Map<String, String> picture(
      byte[] planes, HardImage image, List<String> classes, int first) {
    int side = (int) Math.sqrt(planes.length / 3.0);
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < planes.length; i++) {
      int pixel = i % (side * side);
      int band = i / (side * side);
      picture
          .getRaster()
          .setSample(pixel % side, pixel / side, band, Byte.toUnsignedInt(planes[i]));
    }
    return Map.of(
        "src", ReportModel.png(Figure.png(picture)),
        "label", classes.get(image.label()),
        "predicted", say("%s %.0f %%", classes.get(image.predicted()), 100 * image.confidence()),
        "note", say("%d of %d, no. %d", image.wrong(), image.networks(), image.image() - first));
  }
}
