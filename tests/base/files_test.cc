#include "calculon/base/files.h"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

std::string read_message(const std::string& path) {
  return input_error_of([&] { read_text_file(path); });
}

void write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

std::string write_message(const std::string& path) {
  return input_error_of([&] { write_file(path, "text"); });
}

}  // namespace

TEST_CASE("what is written comes back, plain and compressed", "[files]") {
  const TempFolder folder;
  for (const std::string_view name : {"a.json", "a.json.gz"}) {
    const std::string path = folder.file(name);
    for (const std::string& text : {std::string(), std::string("{}"), std::string(3 << 20, 'x')}) {
      write_file(path, text);
      CHECK(read_text_file(path) == text);
    }
  }
  CHECK(raw_bytes(folder.file("a.json.gz")).starts_with("\x1f\x8b"));
  CHECK(folder.names() == std::vector<std::string>{"a.json", "a.json.gz"});
}

TEST_CASE("a damaged gzip file is told as such", "[files]") {
  const TempFolder folder;
  const std::string packed = gzip_member(std::string(1000, 'x') + "some less regular text");
  CHECK(read_text_file(folder.write("whole.json.gz", packed)).size() == 1022);
  const std::string cut = folder.write("cut.json.gz", packed.substr(0, packed.size() / 2));
  CHECK_THAT(read_message(cut), Catch::StartsWith(cut + ": cannot be read: "));
  std::string flipped = packed;
  flipped[flipped.size() - 6] ^= 0x55;
  const std::string wrong = folder.write("wrong.json.gz", flipped);
  CHECK_THAT(read_message(wrong), Catch::StartsWith(wrong + ": cannot be read: "));
  const std::string plain = folder.write("plain.json.gz", "{}");
  CHECK(read_message(plain) == plain + ": is not gzip data, though its name ends in .gz");
}

TEST_CASE("a compressed bomb is not unpacked", "[files]") {
  const TempFolder folder;
  const std::string path =
      folder.write("bomb.json.gz", gzip_member(std::string((64 << 20) + 1, ' ')));
  CHECK(read_message(path) == path + ": larger than the 64 MiB that a configuration may have");
}

TEST_CASE("what cannot be read is named with the reason", "[files]") {
  const TempFolder folder;
  CHECK(read_message(folder.file("none.json")) ==
        folder.file("none.json") + ": cannot be opened: No such file or directory");
  CHECK(read_message(folder.path()) == folder.path() + ": is a directory, expected a file");
  if (geteuid() != 0) {  // root may read everything
    const std::string path = folder.write("secret.json", "{}");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    CHECK(read_message(path) == path + ": cannot be opened: Permission denied");
  }
}

TEST_CASE("file kinds are told by their endings", "[files]") {
  CHECK(has_extension("a.json", ".json"));
  CHECK(has_extension("a.json.gz", ".json"));
  CHECK_FALSE(has_extension("a.gz", ".json"));
  CHECK_FALSE(has_extension("json", ".json"));
  constexpr std::array<std::string_view, 2> kKinds = {".json", ".csv"};
  CHECK(input_error_of([&] { require_extension("-", kKinds); }) == "(no error)");
  CHECK(input_error_of([&] { require_extension("b.csv.gz", kKinds); }) == "(no error)");
  CHECK(input_error_of([&] { require_extension("b.txt", kKinds); }) ==
        "b.txt: unknown kind of file, expected a name ending in .json, .json.gz, .csv, .csv.gz "
        "or '-'");
}

TEST_CASE("an output that is not committed leaves nothing behind", "[files]") {
  const TempFolder folder;
  {
    OutputFile file(folder.file("a.json"));
    file.write(std::string(2 << 20, 'x'));
  }
  CHECK(folder.names().empty());
  folder.write("a.json", "old");
  {
    OutputFile file(folder.file("a.json"));
    file.write("new");
  }
  CHECK(folder.names() == std::vector<std::string>{"a.json"});
  CHECK(read_text_file(folder.file("a.json")) == "old");
}

TEST_CASE("an output that cannot be written is an input error", "[files]") {
  const TempFolder folder;
  const std::string nowhere = folder.file("none/a.json");
  CHECK(write_message(nowhere) ==
        nowhere + ": cannot be opened for writing: No such file or directory");
  CHECK(write_message(folder.path()) ==
        folder.path() + ": cannot be opened for writing: Is a directory");
  CHECK(write_message("/dev/full") == "/dev/full: cannot be written: No space left on device");
  CHECK(write_message("/dev/null") == "(no error)");
  if (geteuid() != 0) {
    std::filesystem::permissions(
        folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK(write_message(folder.file("a.json")) ==
          folder.file("a.json") + ": cannot be opened for writing: Permission denied");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  }
}

TEST_CASE("a link that is written to stays a link", "[files]") {
  const TempFolder folder;
  folder.write("old.json", "old");
  for (const std::string target : {"old.json", "new.json"}) {
    const std::string link = folder.file("to-" + target);
    std::filesystem::create_symlink(target, link);
    CHECK(write_message(link) == "(no error)");
    CHECK(std::filesystem::is_symlink(link));
    CHECK(raw_bytes(folder.file(target)) == "text");
    OutputFile file(link);
    file.write("part");
    CHECK(file.commit_partial() == folder.file(target + ".partial"));
    CHECK(raw_bytes(folder.file(target)) == "text");
  }
}

TEST_CASE("a secret file that is replaced stays secret, also while it is written", "[files]") {
  namespace fs = std::filesystem;
  const TempFolder folder;
  const std::string path = folder.write("a.json", "old");
  const auto mode = fs::perms::owner_read | fs::perms::owner_write;
  fs::permissions(path, mode);
  OutputFile file(path);
  for (const std::string& name : folder.names()) {
    CHECK(fs::status(folder.file(name)).permissions() == mode);
  }
  file.write("new");
  file.commit();
  CHECK(fs::status(path).permissions() == mode);
  CHECK(raw_bytes(path) == "new");
}

TEST_CASE("a file that one may only read is not replaced", "[files]") {
  if (geteuid() == 0) {
    return;  // root may write everything
  }
  const TempFolder folder;
  const std::string path = folder.write("a.json", "old");
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  CHECK(write_message(path) == path + ": cannot be opened for writing: Permission denied");
  CHECK(raw_bytes(path) == "old");
}

TEST_CASE("names lose their folder and what tells the format", "[files]") {
  CHECK(name_without_extension("m.json.gz") == "m");
  CHECK(name_without_extension("models/gpt-1.8T.json") == "gpt-1.8T");
  CHECK(name_without_extension("-") == "-");
  CHECK(name_without_extension("a.b/c") == "c");
  CHECK(name_without_extension("/x/.gz") == ".gz");
}

}  // namespace calculon::test
