// What `make` installs is said before, and what it does not install is told with how to get it
// (cmake/install-deps.sh). The script runs with a PATH on which only what it calls is there.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// A machine without compilers: the tools of the script, an apt-get and perhaps a sudo that write
// down how they are called, and a user.
class Machine {
 public:
  explicit Machine(const std::string& user_id) {
    for (const char* tool : {"sh", "env", "cat", "sed", "mktemp", "rm", "tail", "setsid"}) {
      const std::string path = run_shell("command -v " + std::string(tool), "/").out;
      std::filesystem::create_symlink(path.substr(0, path.find('\n')), folder_.file(tool));
    }
    add("id", "echo " + user_id);
    add("dpkg-query", "exit 1");
  }
  void add(const std::string& name, const std::string& script) {
    folder_.write(name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(folder_.file(name), std::filesystem::perms::owner_all);
  }
  void add_apt_get() { add("apt-get", write_down("apt-get")); }
  // `refusal` is what happens when it cannot go on without a password.
  void add_sudo(const std::string& refusal) {
    add("sudo", write_down("sudo") + "\n" + refusal +
                    "\nif [ \"$1\" = -n ] || [ \"$1\" = -v ]; then exit 0; fi\nexec \"$@\"");
  }
  // The script for `groups`, without a terminal.
  ProgramResult run(const std::string& groups, const std::string& deps = "yes") const {
    return run_shell("PATH=" + folder_.path() + " DEPS=" + deps + " setsid " +
                         source_path("cmake/install-deps.sh") + " " + groups + " </dev/null",
                     folder_.path());
  }
  std::string calls() const {
    return std::filesystem::exists(log()) ? run_shell("cat " + log(), "/").out : "";
  }

 private:
  std::string log() const { return folder_.file("calls"); }
  std::string write_down(const std::string& name) const {
    return "echo \"" + name + " $*\" >>" + log();
  }

  TempFolder folder_;
};

}  // namespace

TEST_CASE("what is installed is said before, with what it is for and how to do without", "[cli]") {
  Machine machine("0");
  machine.add_apt_get();
  const ProgramResult result = machine.run("build slurm");
  INFO(result.out << result.err << machine.calls());
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("missing packages, to build: g++ cmake git"));
  CHECK_THAT(result.out, Catch::Contains("installing them with apt-get; DEPS=no builds without\n"));
  CHECK_THAT(machine.calls(), Catch::Contains(" install --no-install-recommends g++ cmake git"));
}

TEST_CASE("nothing is installed where that is not wanted or cannot be", "[cli]") {
  struct Case {
    std::string user;
    bool apt_get;
    std::string sudo;
    std::string deps;
    std::string why;
  };
  const std::vector<Case> cases = {
      {"0", true, "", "no", "DEPS=no"},
      {"0", false, "", "yes", "this is no Debian system, there is no apt-get"},
      {"1000", true, "", "yes", "you are not root, and there is no sudo"},
      {"1000", true, "exit 1", "yes", "sudo needs a password, and there is no terminal"},
  };
  for (const Case& given : cases) {
    Machine machine(given.user);
    if (given.apt_get) {
      machine.add_apt_get();
    }
    if (!given.sudo.empty()) {
      machine.add_sudo(given.sudo);
    }
    const ProgramResult result = machine.run("build test", given.deps);
    INFO(given.why << "\n" << result.out << result.err << machine.calls());
    CHECK(result.status == 0);
    CHECK_THAT(result.out, Catch::Contains("\nnothing is installed: " + given.why));
    CHECK_THAT(result.out, Catch::Contains("apt-get install --no-install-recommends g++ cmake"));
    CHECK_THAT(result.out, Catch::Contains("conda create "));
    CHECK(machine.calls().find("apt-get") == std::string::npos);
  }
}

TEST_CASE("sudo is announced before it is called", "[cli]") {
  Machine machine("1000");
  machine.add_apt_get();
  machine.add_sudo("");
  const ProgramResult result = machine.run("build");
  INFO(result.out << result.err << machine.calls());
  CHECK_THAT(result.out, Catch::Contains("installing them with sudo apt-get; DEPS=no"));
  CHECK_THAT(machine.calls(), Catch::StartsWith("sudo -n true\nsudo env "));
  CHECK_THAT(machine.calls(), Catch::Contains("\napt-get "));
}

TEST_CASE("nothing is said where nothing is missing", "[cli]") {
  Machine machine("0");
  for (const char* tool : {"c++", "cmake", "git"}) {
    machine.add(tool, "");
  }
  machine.add("dpkg-query", "printf installed");
  machine.add_apt_get();
  const ProgramResult result = machine.run("build");
  CHECK(result.out.empty());
  CHECK(result.err.empty());
  CHECK(machine.calls().empty());
}

}  // namespace calculon::test
