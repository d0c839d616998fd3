package normsweep.ui;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.transport.Transport;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sockets of a server that must not use up what a sweep needs, file descriptors above all: it
 * limits the number of connections, and the duration and the bytes received of each.
 *
 * <p>Vert.x reports a connection only when its first request is complete. Here it is counted when
 * it is accepted, before it has sent anything; connections above the limit are closed at once.
 */
final class BoundedTransport extends Transport {
  private static final int MOST_CONNECTIONS = 128;

  /** Connections may take one in so many of the free file descriptors. */
  private static final int SHARE = 4;

  private final int mostConnections = mostConnections();
  private final Duration longest;
  private final int mostBytes;
  private final AtomicInteger open = new AtomicInteger();

  /** Limits how long a connection may last, answer included, and how much of it is read. */
  BoundedTransport(Duration longest, int mostBytes) {
    this.longest = longest;
    this.mostBytes = mostBytes;
  }

  private static int mostConnections() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount();
      return (int) Math.max(1, Math.min(MOST_CONNECTIONS, free / SHARE));
    }
    return MOST_CONNECTIONS;
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    super.configure(options, domainSocket, bootstrap);
    bootstrap.handler(new Acceptor());
  }

  private final class Acceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      Channel connection = (Channel) accepted;
      if (open.incrementAndGet() > mostConnections) {
        open.decrementAndGet();
        connection.unsafe().closeForcibly();
        return;
      }
      connection.closeFuture().addListener(closed -> open.decrementAndGet());
      connection.pipeline().addLast(new Allowance());
      context.fireChannelRead(connection);
    }
  }

  private final class Allowance extends ChannelInboundHandlerAdapter {
    private int left = mostBytes;
    private Future<?> end;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Runnable close = () -> context.channel().unsafe().close(context.voidPromise());
      end = context.executor().schedule(close, longest.toMillis(), TimeUnit.MILLISECONDS);
      context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end.cancel(false);
      context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      left -= bytes.readableBytes();
      if (left >= 0) {
        context.fireChannelRead(bytes);
      } else {
        // An answer that has begun is still sent.
        bytes.release();
        context.channel().config().setAutoRead(false);
      }
    }
  }
}
