package normsweep.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of files and texts, in lower-case hexadecimal. */
public final class Hashes {
  private Hashes() {}

  /** SHA-256 of a file's bytes. */
  public static String sha256(Path file) throws IOException {
    return of("SHA-256", file);
  }

  /** A file's digest by an algorithm that every Java platform has. */
  public static String of(String algorithm, Path file) throws IOException {
    MessageDigest digest = digest(algorithm);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of a text's UTF-8 bytes. */
  public static String sha256(String text) {
    return HexFormat.of()
        .formatHex(digest("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A fresh digest of an algorithm that every Java platform has (MD5, SHA-1, SHA-256, SHA-512). */
  public static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException("this Java lacks " + algorithm, e));
    }
  }
}
