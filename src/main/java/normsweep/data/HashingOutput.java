package normsweep.data;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import normsweep.base.Hashes;
import normsweep.base.NormSweepException;

/** Hashes what is written through it, so that a file is verified before it gets its name. */
final class HashingOutput extends FilterOutputStream {
  private final Optional<Checksum> expected;
  private final DigestOutputStream hashed;

  HashingOutput(OutputStream out, Optional<Checksum> expected) {
    super(out);
    this.expected = expected;
    String algorithm = expected.map(Checksum::algorithm).orElse("SHA-256");
    this.hashed = new DigestOutputStream(out, Hashes.digest(algorithm));
  }

  @Override
  public void write(int b) throws IOException {
    hashed.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    hashed.write(bytes, offset, length);
  }

  /** Throws unavailable if a checksum is expected and the bytes have another. */
  void verify(URI address) {
    if (expected.isEmpty()) {
      return;
    }
    String found = HexFormat.of().formatHex(hashed.getMessageDigest().digest());
    if (!found.equals(expected.get().hex())) {
      throw NormSweepException.unavailable(
          address + ": what came has checksum " + found + ", expected " + expected.get());
    }
  }
}
