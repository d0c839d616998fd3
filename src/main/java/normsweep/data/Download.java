package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import normsweep.base.AtomicFiles;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import normsweep.base.Reason;

/**
 * Fetches one file over HTTP. The target appears under its name only when it is whole and its
 * checksum is right. An address that does not answer, or stops sending, costs {@link #PATIENCE} and
 * no more, name resolution included, whether its packets are refused or dropped.
 */
public final class Download {
  /** The longest silence that is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long MEBIBYTE = 1 << 20;

  /** No file of ours comes near this; an endless response must not fill the disk. */
  private static final long MAX_BYTES = 1L << 30;

  private final URI address;
  private final Duration patience;

  private Download(URI address, Duration patience) {
    this.address = address;
    this.patience = patience;
  }

  /**
   * Fetches {@code address} to {@code target}. With a checksum, a target that has it already is
   * kept and nothing is fetched; without one it is always fetched again.
   *
   * @return {@code target}
   * @throws NormSweepException unavailable, its message starting with the address, if the address
   *     does not give the file; failed if the file cannot be written
   */
  public static Path fetch(URI address, Optional<Checksum> expected, Path target) {
    return fetch(address, expected, target, PATIENCE);
  }

  static Path fetch(URI address, Optional<Checksum> expected, Path target, Duration patience) {
    Download download = new Download(address, patience);
    try {
      if (expected.isEmpty() || !expected.get().keeps(target)) {
        AtomicFiles.writeFile(target, part -> download.fill(part, expected));
      }
      return target;
    } catch (IOException e) {
      throw NormSweepException.unwritable(target, e);
    }
  }

  private void fill(Path part, Optional<Checksum> expected) throws IOException {
    HttpURLConnection answer = answer();
    String name = Path.of("/" + address.getPath()).getFileName().toString();
    long total = answer.getContentLengthLong();
    try (InputStream in = answer.getInputStream();
        OutputStream out = Files.newOutputStream(part);
        Progress progress = Progress.of("Fetching " + name, total, "MiB", MEBIBYTE)) {
      byte[] buffer = new byte[1 << 16];
      long received = 0;
      for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
        received += n;
        if (received > MAX_BYTES) {
          throw unavailable("sends more than " + MAX_BYTES + " bytes", null);
        }
        out.write(buffer, 0, n);
        progress.step(n);
      }
      if (received < total) {
        throw unavailable("it ends too early", null);
      }
    }
    if (expected.isPresent() && !expected.get().matches(part)) {
      String found = expected.get().of(part).hex();
      throw unavailable("what came has checksum " + found + ", expected " + expected.get(), null);
    }
  }

  /** Asked on a thread of its own, because resolving a name may block far longer than a timeout. */
  private HttpURLConnection answer() {
    int millis = Math.toIntExact(patience.toMillis());
    FutureTask<HttpURLConnection> asking =
        new FutureTask<>(
            () -> {
              HttpURLConnection connection = Proxies.open(address);
              connection.setConnectTimeout(millis);
              connection.setReadTimeout(millis);
              connection.getResponseCode();
              return connection;
            });
    Thread thread = new Thread(asking, "download");
    thread.setDaemon(true);
    thread.start();
    try {
      HttpURLConnection answer = asking.get(millis, TimeUnit.MILLISECONDS);
      if (answer.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw unavailable("HTTP status " + answer.getResponseCode(), null);
      }
      return answer;
    } catch (ExecutionException e) {
      NormSweepException.rethrowError(e.getCause());
      throw unavailable(why(e.getCause()), e.getCause());
    } catch (TimeoutException | IOException e) {
      throw unavailable(why(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    }
  }

  /** Tells a failing network from a failing disk. */
  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw unavailable(why(e), e);
    }
  }

  private String why(Throwable failure) {
    return failure instanceof SocketTimeoutException || failure instanceof TimeoutException
        ? "no answer within " + patience.toSeconds() + " s"
        : Reason.of(failure);
  }

  private NormSweepException unavailable(String why, Throwable cause) {
    return NormSweepException.unavailable(address + ": " + why, cause);
  }
}
