// The number of threads has one name in all commands, beside those that it had before.
#include <catch2/catch.hpp>

#include "support/program.h"

namespace calculon::test {

TEST_CASE("the option of threads has one name, and old ones are understood", "[cli]") {
  const std::vector<Arguments> commands = {{"loe"},         {"loe-moe"},     {"loe-moe-flex"},
                                           {"lae"},         {"hetero-plan"}, {"study", "check"},
                                           {"study", "run"}};
  for (const Arguments& command : commands) {
    const auto run = [&](const Arguments& more) {
      Arguments arguments = command;
      arguments.insert(arguments.end(), more.begin(), more.end());
      return run_program(arguments);
    };
    INFO(command.front() << " " << command.back());
    const std::string help = run({"--help"}).out;
    CHECK_THAT(help, Catch::Contains("-j,--threads"));
    CHECK_THAT(help, !Catch::Contains("--cpus") && !Catch::Contains("--jobs"));
    for (const std::string spelling : {"-c", "--cpus", "--jobs"}) {
      CHECK_THAT(run({spelling, "4097"}).err, Catch::Contains("--cpus: Value 4097 not in range"));
    }
    for (const std::string spelling : {"-j", "--threads"}) {
      CHECK_THAT(run({spelling, "0"}).err, Catch::Contains("--threads: Value 0 not in range"));
    }
  }
}

}  // namespace calculon::test
