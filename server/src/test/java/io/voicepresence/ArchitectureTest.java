package io.voicepresence;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** Who may know whom. ARCHITECTURE.md says why. */
@AnalyzeClasses(packages = "io.voicepresence", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String JDK = "java..";
  private static final String LOGGING = "org.slf4j..";

  @ArchTest
  static final ArchRule theDomainKnowsNoTechnology =
      classes()
          .that()
          .resideInAPackage("io.voicepresence.presence")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  JDK,
                  LOGGING,
                  "io.voicepresence.presence",
                  "io.voicepresence.channel",
                  "io.voicepresence.auth",
                  "io.voicepresence.error"));

  @ArchTest
  static final ArchRule theMemoryStoreKnowsOnlyTheDomain =
      classes()
          .that()
          .resideInAPackage("..presence.memory..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  JDK,
                  "io.voicepresence.presence..",
                  "io.voicepresence.channel",
                  "io.voicepresence.auth",
                  "io.voicepresence.error"));

  @ArchTest
  static final ArchRule theRedisStoreKnowsTheDomainAndItsClient =
      classes()
          .that()
          .resideInAPackage("..presence.redis..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  JDK,
                  "javax.net.ssl..",
                  LOGGING,
                  "io.lettuce..",
                  "io.netty..",
                  "com.fasterxml.jackson..",
                  "io.voicepresence.presence..",
                  "io.voicepresence.channel",
                  "io.voicepresence.auth",
                  "io.voicepresence.error",
                  "io.voicepresence.json"));

  @ArchTest
  static final ArchRule onlyTheRedisStoreKnowsLettuce =
      noClasses()
          .that()
          .resideOutsideOfPackage("..presence.redis..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..");

  @ArchTest
  static final ArchRule theProtocolsAreALibraryWithoutAWordAboutVoice =
      classes()
          .that()
          .resideInAnyPackage("..realtime.engineio..", "..realtime.socketio..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  JDK,
                  LOGGING,
                  "io.netty..",
                  "com.fasterxml.jackson..",
                  "io.voicepresence.origin..",
                  "io.voicepresence.realtime.engineio..",
                  "io.voicepresence.realtime.socketio.."));

  @ArchTest
  static final ArchRule engineIoDoesNotKnowSocketIo =
      noClasses()
          .that()
          .resideInAPackage("..realtime.engineio..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..realtime.socketio..");

  @ArchTest
  static final ArchRule theHttpEdgeDoesNotKnowTheSocketEdge =
      noClasses()
          .that()
          .resideInAPackage("io.voicepresence.http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..realtime..");

  @ArchTest
  static final ArchRule theSocketEdgeDoesNotKnowTheHttpEdge =
      noClasses()
          .that()
          .resideInAPackage("..realtime..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.voicepresence.http..");

  @ArchTest
  static final ArchRule theEdgesDoNotKnowWhichStoreThereIs =
      noClasses()
          .that()
          .resideInAnyPackage("io.voicepresence.http..", "..realtime..", "..ops..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..presence.memory..", "..presence.redis..");

  @ArchTest
  static final ArchRule onlyTheHttpEdgeAndTheWiringKnowTheFramework =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.voicepresence", "io.voicepresence.http..", "io.voicepresence.realtime")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.micronaut..", "jakarta..");

  @ArchTest
  static final ArchRule accessModesDoNotKnowEachOther =
      slices().matching("io.voicepresence.channel.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .matching("io.voicepresence.(*)..")
          .should()
          .beFreeOfCycles()
          // Ids are the channel's, identities the token's, and each asks for the other's.
          .ignoreDependency(resideInAPackage("..auth.."), resideInAPackage("..channel.."))
          .ignoreDependency(resideInAPackage("..config.."), resideInAPackage("..auth.."))
          // A store keeps users in the JSON that clients get.
          .ignoreDependency(resideInAPackage("..presence.redis.."), resideInAPackage("..json.."));

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      classes()
          .should(
              new ArchCondition<>("not be named Manager, Helper, Util or Impl") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean vague =
                      List.of("Manager", "Helper", "Util", "Utils", "Impl").stream()
                          .anyMatch(type.getSimpleName()::endsWith);
                  events.add(
                      new SimpleConditionEvent(type, !vague, type.getName() + " is a vague name"));
                }
              });
}
