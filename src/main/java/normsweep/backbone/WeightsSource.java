package normsweep.backbone;

import java.io.IOException;
import java.nio.file.Path;

/**
 * One place weights can be fetched from.
 *
 * @param address what the user is told
 * @param fileName name in the weights folder
 * @param pretrainedOn the data the weights were trained on
 * @param fetch brings them to a file in the Keras Applications layout
 */
public record WeightsSource(String address, String fileName, String pretrainedOn, Fetch fetch) {

  /** Brings weights to a file. */
  @FunctionalInterface
  public interface Fetch {
    /**
     * Creates {@code target}.
     *
     * @throws normsweep.base.NormSweepException unavailable, its message naming the address, if the
     *     source does not give what it should
     */
    void to(Path target) throws IOException;
  }
}
