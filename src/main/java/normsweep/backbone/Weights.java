package normsweep.backbone;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Backbone weights that have passed the gate.
 *
 * @param name short name for tables and reports
 * @param source where the bytes came from: an address, a package, or the user's file
 * @param file the file, HDF5 in the Keras Applications layout or ONNX
 * @param sha256 digest of {@code file}, lower-case hexadecimal
 * @param pretrainedOn the data the weights were trained on, or that it is unstated
 * @param format the file's format and exporter
 * @param form how the network computes around the weights
 */
public record Weights(
    String name,
    String source,
    Path file,
    String sha256,
    String pretrainedOn,
    String format,
    BackboneForm form) {
  /** What it means that these are not the ImageNet weights, where they took their place. */
  public Optional<String> note() {
    return WeightsSources.fellBack(pretrainedOn)
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "Pretrained on %s instead of ImageNet: test accuracies come out lower, by about 10"
                    + " points on 3,000 training images; for ImageNet weights download %s and place"
                    + " it in %s, or name a file with --weights.",
                pretrainedOn,
                WeightsSources.OFFICIAL,
                file.toAbsolutePath().getParent()))
        : Optional.empty();
  }
}
