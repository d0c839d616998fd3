package normsweep.base;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;

/** Digests of files and texts, in lower-case hexadecimal. */
public final class Hashes {
  private Hashes() {}

  /** SHA-256 of a file's bytes. */
  public static String sha256(Path file) throws IOException {
    return of("SHA-256", file);
  }

  /** A file's digest by an algorithm that every Java platform has. */
  public static String of(String algorithm, Path file) throws IOException {
    return new DigestUtils(algorithm).digestAsHex(file);
  }

  /** SHA-256 of a text's UTF-8 bytes. */
  public static String sha256(String text) {
    return DigestUtils.sha256Hex(text);
  }

  /** A fresh digest of an algorithm that every Java platform has (MD5, SHA-1, SHA-256, SHA-512). */
  public static MessageDigest digest(String algorithm) {
    return DigestUtils.getDigest(algorithm);
  }
}
