package normsweep.ui;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import normsweep.record.SweepFolder;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.api.Route;
import org.deeplearning4j.ui.i18n.I18NProvider;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.module.train.TrainModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's training pages (overview, model, system) for the trials of one sweep, one session per
 * trial.
 *
 * <p>Only {@link TrainModule} of DL4J's server is used. Its pages find their server through {@link
 * VertxUIServer#getInstance()}, which is this object. DL4J's own start, which listens on every
 * address and accepts uploads on every route, is never called, and its modules for uploads and for
 * reports from the network do not exist here.
 *
 * <p>A trial of this process is shown from memory while it trains. Any other trial is read from its
 * folder when a page asks for it, and again when the file has changed, so a sweep that another
 * process runs can be followed too.
 */
final class TrainingPages extends VertxUIServer {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPages.class);
  private static final String SESSION = "sessionId";
  private static final Set<String> LANGUAGES = Set.of("en", "de", "ja", "zh", "ko", "ru");
  private static final Set<String> SHARED_ROUTES =
      Set.of("/train/multisession", "/train/sessions/lastUpdate/:sessionId");
  private static final String OWN_ROUTES = "/train/:sessionId/";
  private static final int LARGEST_LAYER = 9_999;

  /** Recorded trials kept in memory; the least recently requested one makes room. */
  private static final int KEPT_TRIALS = 6;

  /** How long a recorded trial is shown before its file is checked again. */
  private static final long LOOK_AGAIN_NANOS = 4_000_000_000L;

  private final SweepFolder folder;
  private final URI address;
  private final TrainModule module;
  private final Map<String, RecordedStats> live = new ConcurrentHashMap<>();
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Map<String, Recorded> recorded = new LinkedHashMap<>(16, 0.75f, true);

  private record Recorded(RecordedStats storage, FileTime changed, long looked) {}

  TrainingPages(SweepFolder folder, URI address) {
    this.folder = folder;
    this.address = address;
    VertxUIServer.getMultiSession().set(true);
    this.module = new TrainModule();
  }

  /** Adds the routes of the pages. */
  void mount(Router router) {
    for (Route route : module.getRoutes()) {
      String path = route.getRoute();
      if (SHARED_ROUTES.contains(path) || path.startsWith(OWN_ROUTES)) {
        List<String> names =
            Arrays.stream(path.split("/", -1))
                .filter(part -> part.startsWith(":"))
                .map(part -> part.substring(1))
                .toList();
        get(router, path, context -> show(context, route, names));
      }
    }
    get(router, "/setlang/:sessionId/:to", this::setLanguage);
  }

  /** Registers a route for GET and HEAD whose handler may block. */
  static void get(Router router, String path, Handler<RoutingContext> handler) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .blockingHandler(handler, false);
  }

  /** Shows a trial from memory until {@link #stopShowing}. */
  void showLive(String trial, RecordedStats storage) {
    live.put(trial, storage);
  }

  /** Shows a trial from its folder again. */
  synchronized void stopShowing(String trial) {
    RecordedStats storage = live.remove(trial);
    if (known.remove(trial)) {
      module.onDetach(storage);
    }
  }

  /** Whether a trial has statistics. */
  boolean shows(String trial) {
    return live.containsKey(trial) || Files.isRegularFile(journal(trial));
  }

  private void show(RoutingContext context, Route route, List<String> names) {
    String trial = context.pathParam(SESSION);
    String layer = context.pathParam("layerId");
    if ((trial != null && !attach(trial)) || (layer != null && !isLayer(layer))) {
      context.response().setStatusCode(404).end("No statistics are recorded for this trial.");
      return;
    }
    String page = context.request().path();
    if (page.endsWith("/overview") || page.endsWith("/model") || page.endsWith("/system")) {
      context.response().putHeader("Content-Type", "text/html; charset=utf-8");
    }
    try {
      route
          .getConsumer()
          .accept(names.stream().map(context::pathParam).toList(), InertAnswers.of(context));
    } catch (RuntimeException e) {
      // DL4J's pages throw where a layer, a report or a network's configuration is missing.
      LOG.debug("{} has nothing to show", page, e);
      context.response().setStatusCode(404).end("Nothing of this kind is recorded for this trial.");
    }
  }

  private void setLanguage(RoutingContext context) {
    String trial = context.pathParam(SESSION);
    String language = context.pathParam("to");
    if (!shows(trial) || !LANGUAGES.contains(language)) {
      context.next();
      return;
    }
    I18NProvider.getInstance(trial).setDefaultLanguage(language);
    context.response().end();
  }

  private static boolean isLayer(String text) {
    return text.matches("[0-9]{1,4}") && Integer.parseInt(text) <= LARGEST_LAYER;
  }

  /** Gives the module a trial's newest statistics; false if there are none. */
  private synchronized boolean attach(String trial) {
    RecordedStats storage = live.get(trial);
    if (storage == null) {
      return attachRecorded(trial);
    }
    if (!storage.sessionExists(trial)) {
      return false;
    }
    if (known.add(trial)) {
      dropRecorded(trial);
      module.onAttach(storage);
    }
    tell(storage, trial);
    return true;
  }

  private boolean attachRecorded(String trial) {
    Path file = journal(trial);
    if (!Files.isRegularFile(file)) {
      dropRecorded(trial);
      return false;
    }
    Recorded old = recorded.get(trial);
    if (old == null || System.nanoTime() - old.looked >= LOOK_AGAIN_NANOS) {
      recorded.put(trial, look(trial, file, old));
      makeRoom();
    }
    return recorded.get(trial).storage.sessionExists(trial);
  }

  /** What a journal holds now; if it cannot be read, what was read before. */
  private Recorded look(String trial, Path journal, Recorded old) {
    FileTime changed = FileTime.fromMillis(0);
    RecordedStats storage = old == null ? new RecordedStats() : old.storage;
    try {
      changed = Files.getLastModifiedTime(journal);
      if (old == null || !old.changed.equals(changed)) {
        StatsJournal.Read read = StatsJournal.read(journal);
        if (read.end() == StatsJournal.End.DAMAGED) {
          LOG.warn("{} is damaged: what came after that is not shown.", journal);
        }
        storage = read.stats();
        storage.keepSession(trial);
        dropRecorded(trial);
        module.onAttach(storage);
        tell(storage, trial);
      }
    } catch (IOException e) {
      LOG.warn("{} {}: its newest statistics are not shown.", journal, e.getMessage());
    }
    return new Recorded(storage, changed, System.nanoTime());
  }

  private Path journal(String trial) {
    return StatsJournal.beside(folder.trial(trial).stats());
  }

  private void makeRoom() {
    while (recorded.size() > KEPT_TRIALS) {
      dropRecorded(recorded.keySet().iterator().next());
    }
  }

  private void dropRecorded(String trial) {
    Recorded old = recorded.remove(trial);
    if (old != null) {
      module.onDetach(old.storage);
    }
  }

  /** The pages are redrawn when the time of the newest report has changed. */
  private void tell(RecordedStats storage, String trial) {
    module.reportStorageEvents(
        List.of(
            new StatsStorageEvent(
                storage,
                StatsStorageListener.EventType.PostUpdate,
                trial,
                StatsListener.TYPE_ID,
                null,
                storage.lastTimestamp())));
  }

  @Override
  public void start(Promise<Void> startCallback) {
    startCallback.fail(new UnsupportedOperationException("SweepUi is the server of these pages"));
  }

  @Override
  public String getAddress() {
    return address.toString();
  }
}
