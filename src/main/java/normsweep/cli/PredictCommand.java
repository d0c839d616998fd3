package normsweep.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import normsweep.data.Images;
import normsweep.model.ImageScaling;
import normsweep.model.ModelZip;
import normsweep.record.NormSweepException;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code predict}: class probabilities for image files. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = "Class probabilities of a saved model for image files (PNG or JPEG).")
final class PredictCommand implements Callable<Integer> {
  private static final long MAX_PIXELS = 100_000_000;

  @Parameters(index = "0", paramLabel = "ZIP", description = "A trial's model.zip.")
  private Path zip;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "Classes to show an image (default: ${DEFAULT-VALUE}).")
  private int top;

  @Override
  public Integer call() {
    List<BufferedImage> decoded = images.stream().map(PredictCommand::read).toList();
    ModelZip model = ModelZip.read(zip);
    for (int i = 0; i < decoded.size(); i++) {
      INDArray input = ImageScaling.modelInput(decoded.get(i));
      float[] probabilities = model.network().outputSingle(false, input).data().asFloat();
      System.out.println(images.get(i));
      IntStream.range(0, probabilities.length)
          .boxed()
          .sorted(Comparator.comparingDouble(c -> -probabilities[c]))
          .limit(Math.max(1, top))
          .forEach(
              c ->
                  System.out.println(
                      String.format(
                          Locale.ROOT,
                          "  %-12s %5.1f %%",
                          model.description().classes().get(c),
                          100 * probabilities[c])));
    }
    return 0;
  }

  private static BufferedImage read(Path image) {
    try (InputStream in = Files.newInputStream(image)) {
      return Images.decode(in, image.toString(), MAX_PIXELS);
    } catch (IOException e) {
      throw NormSweepException.unavailable(
          image + " cannot be read (" + e.getMessage() + "); name an image file.", e);
    }
  }
}
