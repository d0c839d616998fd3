package normsweep.backbone;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Random;
import normsweep.base.Hashes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Initial weights of dense layers: independent normal draws with mean 0 and variance 2 / fan-in.
 *
 * <p>Every parameter has a random stream of its own, a function of the seed and its name, so that
 * what else a network holds changes nothing.
 *
 * <p>He, Zhang, Ren, Sun: Delving Deep into Rectifiers, ICCV 2015.
 */
public final class HeNormal {
  private HeNormal() {}

  /**
   * Fills a weight matrix [in, out] in row-major order, whatever its layout.
   *
   * @param seed seed of the trial
   * @param name canonical name of the parameter
   */
  public static void fill(INDArray weights, long seed, String name) {
    Random random = new Random(stream(seed, name));
    double deviation = Math.sqrt(2.0 / weights.size(0));
    for (long in = 0; in < weights.size(0); in++) {
      for (long out = 0; out < weights.size(1); out++) {
        weights.putScalar(in, out, deviation * random.nextGaussian());
      }
    }
  }

  private static long stream(long seed, String name) {
    MessageDigest digest = Hashes.digest("SHA-256");
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, seed));
    return ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }
}
