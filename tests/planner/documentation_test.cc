// docs/hetero.md names every quirk that the code names, and the other way round, and every option.
#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "cli/commands.h"
#include "support/source_tree.h"

namespace calculon::test {

TEST_CASE("every quirk of the planner that the code names is documented", "[planner]") {
  const std::string text = source_text("docs/hetero.md");
  static const std::regex kQuirk("[Qq]uirks? (H[0-9]+)|\\((H[0-9]+)\\)");
  std::set<std::string> named;
  for (const char* folder : {"src/planner", "include/calculon/planner", "src/text", "src/cli"}) {
    for (const std::string& file : source_files(folder, {".h", ".cc"})) {
      const std::string code = source_text(file);
      for (std::sregex_iterator at(code.begin(), code.end(), kQuirk), end; at != end; ++at) {
        named.insert((*at)[1].matched ? (*at)[1] : (*at)[2]);
      }
    }
  }
  CHECK(named.size() >= 18);
  for (const std::string& quirk : named) {
    INFO(quirk);
    CHECK(text.find("\n| " + quirk + " | ") != std::string::npos);
  }
}

TEST_CASE("every option of the planner's commands is documented", "[planner]") {
  const std::string text = source_text("docs/hetero.md");
  for (const Command& command : commands()) {
    if (!command.name.starts_with("hetero-")) {
      continue;
    }
    CLI::App app;
    command.setup(app);
    for (const CLI::Option* option : app.get_options()) {
      const std::string name = option->get_lnames().front();
      INFO(command.name << " --" << name);
      CHECK((name == "help" || text.find("`--" + name) != std::string::npos));
    }
  }
}

}  // namespace calculon::test
