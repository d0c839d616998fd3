package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import normsweep.base.Hashes;

/**
 * What a file's bytes must hash to.
 *
 * @param algorithm a digest every Java platform has, such as {@code MD5} or {@code SHA-512}
 * @param hex the digest in lower-case hexadecimal
 */
public record Checksum(String algorithm, String hex) {
  /** Normalises the hexadecimal digits to lower case. */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /** An MD5 in hexadecimal. */
  public static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /** A SHA-256 in hexadecimal. */
  public static Checksum sha256(String hex) {
    return new Checksum("SHA-256", hex);
  }

  /**
   * A subresource integrity text as npm publishes it, {@code sha512-BASE64}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Checksum integrity(String text) {
    if (!text.startsWith("sha512-")) {
      throw new IllegalArgumentException("integrity must start with sha512-, found " + text);
    }
    byte[] digest = Base64.getDecoder().decode(text.substring("sha512-".length()));
    return new Checksum("SHA-512", HexFormat.of().formatHex(digest));
  }

  /** The same kind of checksum of {@code file} as it is now. */
  public Checksum of(Path file) throws IOException {
    MessageDigest digest = Hashes.digest(algorithm);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  /** Whether {@code file} is there and has this checksum. */
  public boolean matches(Path file) throws IOException {
    return Files.isRegularFile(file) && equals(of(file));
  }

  /** For messages: {@code MD5 c32a…}. */
  @Override
  public String toString() {
    return algorithm + " " + hex;
  }
}
