package normsweep.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import normsweep.base.AtomicFiles;
import normsweep.base.Hashes;
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
  public static final Duration PATIENCE = Duration.ofSeconds(10);

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
    try {
      if (expected.isPresent() && expected.get().keeps(target)) {
        return target;
      }
      AtomicFiles.write(
          target,
          out -> {
            MessageDigest digest =
                Hashes.digest(expected.map(Checksum::algorithm).orElse("SHA-256"));
            Download download = new Download(address, patience);
            download.transfer(new DigestOutputStream(out, digest));
            String found = HexFormat.of().formatHex(digest.digest());
            // Before the file gets its name.
            if (expected.isPresent() && !found.equals(expected.get().hex())) {
              throw download.unavailable(
                  "what came has checksum " + found + ", expected " + expected.get(), null);
            }
          });
      return target;
    } catch (IOException e) {
      throw NormSweepException.unwritable(target, e);
    }
  }

  private void transfer(OutputStream out) throws IOException {
    HttpResponse<InputStream> response = request();
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        throw unavailable("HTTP status " + response.statusCode(), null);
      }
      long total = response.headers().firstValueAsLong("content-length").orElse(-1);
      String name = Path.of("/" + address.getPath()).getFileName().toString();
      try (Progress progress = Progress.of("Fetching " + name, total, "MiB", MEBIBYTE)) {
        copy(in, out, progress);
      }
    }
  }

  private HttpResponse<InputStream> request() {
    return within(
        patience,
        () -> {
          HttpClient client =
              Proxies.client(address)
                  .connectTimeout(patience)
                  .followRedirects(HttpClient.Redirect.NORMAL)
                  .build();
          HttpRequest get = HttpRequest.newBuilder(address).timeout(patience).build();
          return client.send(get, HttpResponse.BodyHandlers.ofInputStream());
        },
        this::unavailable);
  }

  /**
   * What {@code asking} gives, asked on a thread of its own, because resolving a name may block far
   * longer than any timeout.
   *
   * @param unavailable makes the exception from why there was no answer, and its cause
   */
  static <T> T within(
      Duration patience,
      Callable<T> asking,
      BiFunction<String, Throwable, NormSweepException> unavailable) {
    FutureTask<T> answer = new FutureTask<>(asking);
    Thread thread = new Thread(answer, "download");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw unavailable.apply(silence(patience), e);
    } catch (ExecutionException e) {
      NormSweepException.rethrowError(e.getCause());
      throw unavailable.apply(Reason.of(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable.apply("interrupted", e);
    }
  }

  private void copy(InputStream in, OutputStream out, Progress progress) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long received = 0;
    try (StallGuard guard = StallGuard.watch(in, patience)) {
      for (int n = read(in, buffer, guard); n >= 0; n = read(in, buffer, guard)) {
        received += n;
        if (received > MAX_BYTES) {
          throw unavailable("sends more than " + MAX_BYTES + " bytes", null);
        }
        out.write(buffer, 0, n);
        progress.step(n);
      }
    }
  }

  /** Tells a failing network from a failing disk. */
  private int read(InputStream in, byte[] buffer, StallGuard guard) {
    try {
      int n = in.read(buffer);
      guard.touch();
      return n;
    } catch (IOException e) {
      throw unavailable(guard.stalled() ? silence(patience) : Reason.of(e), e);
    }
  }

  private NormSweepException unavailable(String why, Throwable cause) {
    return NormSweepException.unavailable(address + ": " + why, cause);
  }

  private static String silence(Duration patience) {
    return "no answer within " + patience.toSeconds() + " s";
  }
}
