package normsweep.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import normsweep.base.Hashes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file's bytes must hash to.
 *
 * @param algorithm a digest every Java platform has, such as {@code MD5} or {@code SHA-512}
 * @param hex the digest in lower-case hexadecimal
 */
public record Checksum(String algorithm, String hex) {
  private static final Logger LOG = LoggerFactory.getLogger(Checksum.class);

  /** An MD5 in hexadecimal. */
  public static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /** A subresource integrity text as npm publishes it, {@code sha512-BASE64}. */
  public static Checksum integrity(String text) {
    byte[] digest = Base64.getDecoder().decode(text.substring("sha512-".length()));
    return new Checksum("SHA-512", HexFormat.of().formatHex(digest));
  }

  /** The same kind of checksum of {@code file} as it is now. */
  public Checksum of(Path file) throws IOException {
    return new Checksum(algorithm, Hashes.of(algorithm, file));
  }

  /** Whether {@code file} is there and has this checksum. */
  public boolean matches(Path file) throws IOException {
    return Files.isRegularFile(file) && equals(of(file));
  }

  /** Whether {@code cached} is there and has this checksum; one that is damaged is logged. */
  boolean keeps(Path cached) throws IOException {
    if (!Files.exists(cached) || matches(cached)) {
      return Files.exists(cached);
    }
    LOG.warn("{} is damaged (not the published {}) and is replaced", cached, algorithm);
    return false;
  }

  /** For messages: {@code MD5 c32a…}. */
  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
