package dev.stoa.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.stoa.run.RunEvent;
import dev.stoa.run.RunEvent.Kind;
import dev.stoa.run.RunPhase;
import dev.stoa.run.RunStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TextProgressTest {
  private final FakeInstallation stoa = new FakeInstallation();
  private final FakeRun run = new FakeRun("r", Path.of("d"));
  private final AtomicLong clock = new AtomicLong();

  private void tell(Progress progress, Kind kind, long step) {
    RunStatus status = run.at(RunPhase.RUNNING, "", step, 20);
    progress.event(new RunEvent(kind, status, "why", Map.of()));
  }

  @Test
  void offATerminalThereIsAtMostOneLineASecond() {
    Progress progress = new TextProgress(stoa.output(), clock::get);
    tell(progress, Kind.STARTED, 0);
    clock.set(2_000_000_000L);
    tell(progress, Kind.REPORT, 500);
    clock.set(2_900_000_000L);
    tell(progress, Kind.REPORT, 700);
    clock.set(3_100_000_000L);
    tell(progress, Kind.REPORT, 800);
    progress.tick(run.status);
    // 500 steps in 2 s are 250 steps/s, and the 1,500 to go take 6 s.
    assertEquals(
        "r  500/2,000 steps  250 steps/s  return 20.0  left 6.0 s",
        stoa.out().lines().findFirst().orElseThrow());
    assertEquals(2, stoa.out().lines().count());
  }

  @Test
  void onATerminalOneLineIsRewrittenAtMostFiveTimesASecond() {
    stoa.terminal = true;
    Progress progress = new TextProgress(stoa.output(), clock::get);
    tell(progress, Kind.STARTED, 0);
    for (long millis = 0; millis <= 1000; millis += 50) {
      clock.set(millis * 1_000_000);
      tell(progress, Kind.REPORT, millis);
    }
    assertEquals(0, stoa.out().chars().filter(c -> c == '\n').count());
    assertEquals(6, stoa.out().chars().filter(c -> c == '\r').count());
  }

  @Test
  void anEventClearsTheRewrittenLineFirst() {
    stoa.terminal = true;
    Progress progress = new TextProgress(stoa.output(), clock::get);
    tell(progress, Kind.REPORT, 100);
    tell(progress, Kind.SWAP, 100);
    assertEquals("\r\u001b[K", stoa.out().substring(stoa.out().lastIndexOf('\r')));
    assertEquals("stoa: run r: why", stoa.err().strip());
  }

  @Test
  void durationsAreReadable() {
    assertEquals("8.2 s", Output.duration(8.2));
    assertEquals("3 min 05 s", Output.duration(185));
    assertEquals("2 h 10 min", Output.duration(7800));
  }
}
