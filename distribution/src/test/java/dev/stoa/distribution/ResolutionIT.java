package dev.stoa.distribution;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.stoa.run.Catalogue;
import dev.stoa.run.Parameters;
import dev.stoa.run.RunFiles;
import dev.stoa.run.Runs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The distribution as it is assembled: everything fits together. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ResolutionIT {
  @Inject private BundleContext context;
  @Inject private ServiceComponentRuntime components;
  @Inject private Runs runs;
  @Inject private Parameters parameters;
  @Inject private RunFiles runFiles;
  @Inject private Catalogue catalogue;

  @Configuration
  public static Option[] configuration() throws Exception {
    return StoaContainer.options();
  }

  @Test
  public void everyBundleResolvesAndStarts() throws Exception {
    List<String> notActive =
        Arrays.stream(context.getBundles())
            .filter(bundle -> bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null)
            .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
            .map(bundle -> bundle + " is in state " + bundle.getState())
            .toList();
    assertEquals(List.of(), notActive);
    List<String> locations = Arrays.stream(context.getBundles()).map(Bundle::getLocation).toList();
    List<String> missing =
        StoaContainer.bundles().stream()
            .map(jar -> jar.getFileName().toString())
            .filter(jar -> locations.stream().noneMatch(each -> each.endsWith("/" + jar)))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  public void everyComponentIsSatisfied() {
    List<String> unsatisfied = new ArrayList<>();
    int satisfied = 0;
    for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
      for (ComponentConfigurationDTO each : components.getComponentConfigurationDTOs(description)) {
        if (each.state == ComponentConfigurationDTO.SATISFIED
            || each.state == ComponentConfigurationDTO.ACTIVE) {
          satisfied++;
        } else {
          unsatisfied.add(
              description.bundle.symbolicName
                  + " "
                  + description.name
                  + " lacks "
                  + Arrays.stream(each.unsatisfiedReferences).map(r -> r.name).toList()
                  + (each.failure == null ? "" : " " + each.failure));
        }
      }
    }
    assertEquals(List.of(), unsatisfied);
    assertTrue("components were looked at", satisfied > 5);
  }

  @Test
  public void whatIsShippedIsListedAndHasNoProblems() {
    assertTrue(names(Catalogue.Kind.ALGORITHM).contains("ppo"));
    assertTrue(
        names(Catalogue.Kind.ENVIRONMENT).containsAll(List.of("CartPole-v1", "Pendulum-v1")));
    assertTrue(names(Catalogue.Kind.DEVICE).containsAll(List.of("cpu-jvm", "cpu-nd4j")));
    assertEquals(List.of(), catalogue.problems());
    assertEquals("no run was started", List.of(), runs.list());
  }

  private List<String> names(Catalogue.Kind kind) {
    return catalogue.list(kind).stream().map(Catalogue.Entry::name).toList();
  }
}
