package normsweep.ui;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxFactoryImpl;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import normsweep.base.NormSweepException;
import normsweep.record.SweepFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a sweep to the browser: a page of its trials at {@code /sweep}, and DL4J's training pages
 * for each of them.
 *
 * <p>It listens only on the address it is given. It answers only what these pages request (see
 * {@link RequestGate}); there is no login, so anyone who can reach the address can look.
 */
public final class SweepUi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepUi.class);
  private static final int LARGEST_HEADERS = 8 << 10;
  private static final int LONGEST_REQUEST_LINE = 2 << 10;
  private static final int MOST_BYTES = 2 * LARGEST_HEADERS;

  /** The longest a connection may last; a slow tunnel needs a few seconds for the largest file. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final URI address;

  private SweepUi(Vertx vertx, URI address) {
    this.vertx = vertx;
    this.address = address;
  }

  /**
   * Starts serving.
   *
   * @param host name or address of this machine to listen on
   * @param port port to listen on; 0 takes any free one
   * @param moreNames further names by which browsers may reach this server, besides this machine's
   * @param folder the sweep's folder, which may be empty
   * @throws NormSweepException exit code 2 if the port is taken, the host is not this machine, or a
   *     name is not a host name
   */
  public static SweepUi start(String host, int port, List<String> moreNames, SweepFolder folder) {
    return start(host, port, moreNames, folder, LONGEST, System::nanoTime);
  }

  static SweepUi start(
      String host,
      int port,
      List<String> moreNames,
      SweepFolder folder,
      Duration longest,
      LongSupplier nanos) {
    if (port < 0 || port > 0xFFFF) {
      throw NormSweepException.usage(
          "--ui-port "
              + port
              + " is not a port; give a number from 1 to 65535, or 0 for any free one.");
    }
    for (String name : moreNames) {
      if (!RequestGate.isName(name)) {
        throw NormSweepException.usage(
            "--ui-allow-host "
                + name
                + " is not a host name; give one such as lab.example, without a port.");
      }
    }
    InetAddress listen = resolve(host);
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
    System.setProperty("vertx.disableH2c", "true");
    Vertx vertx =
        new VertxFactoryImpl()
            .vertx(
                new VertxOptions()
                    .setEventLoopPoolSize(1)
                    .setWorkerPoolSize(2)
                    .setFileSystemOptions(
                        new FileSystemOptions()
                            .setClassPathResolvingEnabled(false)
                            .setFileCachingEnabled(false)),
                new BoundedTransport(longest, MOST_BYTES));
    try {
      Router router = Router.router(vertx);
      AsyncResult<HttpServer> bound = listen(vertx, router, listen.getHostAddress(), port);
      if (bound.failed()) {
        throw NormSweepException.usage(
            "Port "
                + port
                + " of "
                + host
                + " cannot be opened ("
                + bound.cause().getMessage()
                + "); give another with --ui-port, or 0 for any free one.");
      }
      URI address = URI.create("http://" + literal(listen) + ":" + bound.result().actualPort());
      TrainingPages pages = new TrainingPages(folder, address, nanos);
      router.route().handler(new RequestGate(ownNames(host, listen, moreNames)));
      TrainingPages.get(router, "/assets/*", new Assets());
      List<WatchedSweep> sweeps = WatchedSweep.of(folder, pages::shows);
      SweepPage sweep = SweepPage.mount(router, sweeps);
      new TrialPage(sweeps, pages).mount(router);
      pages.mount(router);
      router
          .route()
          .handler(context -> context.response().setStatusCode(404).end("There is no such page."));
      router.errorHandler(500, SweepUi::failed);
      vertx.executeBlocking(
          done -> {
            sweep.prepare();
            done.complete();
          },
          false,
          ready -> {});
      return new SweepUi(vertx, address);
    } catch (RuntimeException e) {
      SweepUi.<Void>await(vertx::close);
      throw e;
    }
  }

  /** The address of the server. */
  public URI address() {
    return address;
  }

  /** Stops serving and frees the port. */
  @Override
  public void close() {
    SweepUi.<Void>await(vertx::close);
  }

  private static AsyncResult<HttpServer> listen(Vertx vertx, Router router, String host, int port) {
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxHeaderSize(LARGEST_HEADERS)
                    .setMaxInitialLineLength(LONGEST_REQUEST_LINE))
            .requestHandler(oncePerConnection(router));
    return await(result -> server.listen(port, host, result));
  }

  /** Answers only the first request, so that requests or unread answers cannot pile up. */
  private static Handler<HttpServerRequest> oncePerConnection(Router router) {
    Set<HttpConnection> served = ConcurrentHashMap.newKeySet();
    return request -> {
      HttpConnection connection = request.connection();
      if (served.add(connection)) {
        connection.closeHandler(closed -> served.remove(connection));
        request
            .response()
            .putHeader("Connection", "close")
            .endHandler(ended -> closeOnceSent(connection));
        router.handle(request);
      }
    };
  }

  /** Closes a connection once its answer is sent; {@code close()} would cut a long one short. */
  private static void closeOnceSent(HttpConnection connection) {
    ((ConnectionBase) connection)
        .channel()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(ChannelFutureListener.CLOSE);
  }

  private static <T> AsyncResult<T> await(Consumer<Handler<AsyncResult<T>>> action) {
    CompletableFuture<AsyncResult<T>> done = new CompletableFuture<>();
    action.accept(done::complete);
    return done.join();
  }

  private static InetAddress resolve(String host) {
    try {
      InetAddress address = InetAddress.getByName(host.replaceFirst("^\\[(.*)]$", "$1"));
      if (address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null) {
        return address;
      }
    } catch (UnknownHostException | SocketException e) {
      LOG.debug("{} does not resolve", host, e);
    }
    throw NormSweepException.usage(
        "--ui-host " + host + " is not an address of this machine; leave it out for 127.0.0.1.");
  }

  /** What browsers may call this server. The port is ignored: a tunnel has its own. */
  private static Set<String> ownNames(String host, InetAddress listen, List<String> moreNames) {
    Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
    names.add(host.toLowerCase(Locale.ROOT));
    names.add(literal(listen));
    moreNames.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    if (listen.isAnyLocalAddress()) {
      try {
        names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .forEach(address -> names.add(literal(address)));
      } catch (UnknownHostException | SocketException e) {
        LOG.debug("the machine's own name or addresses are unknown", e);
      }
    }
    return names;
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress().replaceFirst("%.*", "");
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }

  private static void failed(RoutingContext context) {
    LOG.debug("{} failed", context.request().path(), context.failure());
    if (!context.response().ended()) {
      context.response().setStatusCode(500).end("This page could not be created.");
    }
  }
}
