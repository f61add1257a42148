#include <catch2/catch.hpp>
#include <iterator>

#include "calculon/base/files.h"
#include "support/json_change.h"
#include "support/search_files.h"
#include "support/source_tree.h"
#include "text/csv_report.h"

namespace calculon::test {
namespace {

ProgramResult lae(const SearchFiles& files, const std::string& output,
                  const Arguments& options = {}) {
  return files.run("lae", output, options);
}

std::string packed_and_unpacked(const SearchFiles& files, const Arguments& options) {
  REQUIRE(lae(files, "out.csv", options).status == 0);
  REQUIRE(lae(files, "out.csv.gz", options).status == 0);
  return raw_bytes(files.folder.file("out.csv")) + raw_bytes(files.folder.file("out.csv.gz"));
}

}  // namespace

TEST_CASE("lae writes a line per good execution, each with a cell per column", "[cli]") {
  const SearchFiles files;
  const ProgramResult result = lae(files, "out.csv");
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  const auto told = lines_of(result.out);
  CHECK(told.back() == "Output: " + files.folder.file("out.csv"));
  const auto lines = files.lines("out.csv");
  REQUIRE(lines.at(0) == CsvColumns::all(Preset::kCalculon).header());
  CHECK(number_in(told.at(1)) == std::ssize(lines) - 1);
  CHECK(number_in(told.at(0)) == number_in(told.at(1)) + number_in(told.at(2)));
  bool even = true;
  for (const std::string& line : lines) {
    even = even && cells_of(line).size() == 23 + 96;
  }
  CHECK(even);
}

TEST_CASE("threads change no byte of the rows", "[cli]") {  // F10: enumeration order
  const SearchFiles files;
  const std::string alone = packed_and_unpacked(files, {"-c", "1"});
  for (const std::string threads : {"2", "3", "8"}) {
    CHECK((packed_and_unpacked(files, {"-c", threads}) == alone));
  }
  CHECK((files.text("out.csv.gz") == files.text("out.csv")));
}

TEST_CASE("the best row is what loe finds", "[cli]") {
  const SearchFiles files;
  REQUIRE(lae(files, "out.csv").status == 0);
  REQUIRE(files.run("loe", "best.csv").status == 0);
  std::string best;
  double highest = 0;
  for (const std::string& line : files.lines("out.csv")) {
    const double rate = std::strtod(line.c_str() + line.rfind(',') + 1, nullptr);
    if (rate > highest) {
      highest = rate;
      best = line;
    }
  }
  CHECK(files.lines("best.csv").at(1) == "0," + best);
}

TEST_CASE("rows with groups that cross the border of a tier come with a note", "[cli]") {
  SearchFiles files;
  const std::string system = read_text_file(files.system);
  const std::string loose = changed(system, {"/networks/0/must_be_filled", "false"});
  files.folder.write("system.json", changed(loose, {"/networks/0/size", "3"}));
  files.system = files.folder.file("system.json");
  for (const std::string threads : {"1", "2", "8"}) {
    CHECK_THAT(lae(files, "out.csv", {"-c", threads}).err,
               Catch::StartsWith("note: network tier 0 of " + files.system +
                                 " connects 3 processors and need not be filled") &&
                   Catch::Contains("takes every group of 2 on it"));
  }
  CHECK(lae(files, "out.csv", {"--nets", "1,1,1"}).err.empty());
}

TEST_CASE("columns and conditions choose from all rows", "[cli]") {
  const SearchFiles files;
  const std::string columns = "sample_rate,tensor_par,total_time";
  REQUIRE(lae(files, "all.csv", {"--columns", columns}).status == 0);
  const auto all = files.lines("all.csv");
  REQUIRE(all.at(0) == columns);
  const std::string middle = cells_of(all.at(all.size() / 2)).at(2);
  const ProgramResult result =
      lae(files, "some.csv",
          {"--columns", columns, "--where", "total_time<" + middle, "--where", "sample_rate >= 1"});
  REQUIRE(result.status == 0);
  std::vector<std::string> expected = {columns};
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto cells = cells_of(all[i]);
    if (std::stod(cells[2]) < std::stod(middle) && std::stod(cells[0]) >= 1) {
      expected.push_back(all[i]);
    }
  }
  CHECK((files.lines("some.csv") == expected));
  CHECK((1 < expected.size() && expected.size() < all.size()));
  CHECK(number_in(lines_of(result.out).at(1)) == std::ssize(all) - 1);
}

TEST_CASE("an unknown column is told with the nearest one", "[cli]") {
  SearchFiles files;
  files.model = "nothing.json";
  const ProgramResult result = lae(files, "out.csv", {"--columns", "tensor_par,sample_rat"});
  CHECK(result.status == 2);
  CHECK(result.err ==
        "calculon: there is no column 'sample_rat' (did you mean 'sample_rate'?); `calculon "
        "statistics` lists them\n");
}

TEST_CASE("lae -d counts only", "[cli]") {  // F10
  SearchFiles files;
  const ProgramResult result = lae(files, "out.csv", {"-d"});
  CHECK(result.status == 0);
  CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
  CHECK(lines_of(result.out).at(0) == lines_of(lae(files, "out.csv").out).at(0));
  CHECK(number_in(lines_of(result.out).at(1)) == 0);
  files.num_procs = files.max_batch_size = "1000000000";
  CHECK(number_in(lines_of(lae(files, "out.csv", {"-d"}).out).at(0)) > 0);
}

TEST_CASE("lae that finds nothing is status 1, and with -n a header", "[cli]") {  // F9
  const SearchFiles files;
  files.let_nothing_fit();
  const ProgramResult result = lae(files, "out.csv");
  CHECK(result.status == 1);
  CHECK(result.err.empty());
  CHECK_THAT(result.out, Catch::EndsWith("No acceptable configurations found :(\n"));
  CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
  for (const std::string name : {"out.csv", "out.csv.gz"}) {
    CHECK(lae(files, name, {"-n"}).status == 0);
    CHECK(files.text(name) == CsvColumns::all(Preset::kCalculon).header() + "\n");
  }
  CHECK(lae(files, "none.csv", {"-n", "--tp", "7", "--columns", "tensor_par"}).status == 0);
  CHECK(files.text("none.csv") == "tensor_par\n");
}

TEST_CASE("with - the rows are all of standard output", "[cli]") {
  const SearchFiles files;
  REQUIRE(lae(files, "out.csv", {"--tp", "2"}).status == 0);
  const ProgramResult result =
      run_built_program(files.arguments("lae", "-", {"--tp", "2"}), files.folder.path());
  CHECK(result.status == 0);
  CHECK((result.out == files.text("out.csv")));
  CHECK_THAT(result.err, Catch::StartsWith("Total executions: "));
}

TEST_CASE("a file that is there already is replaced by a whole one only", "[cli]") {
  const SearchFiles files;
  files.folder.write("out.csv", "precious\n");
  CHECK(lae(files, "out.csv", {"--where", "total_time<0"}).status == 1);
  CHECK(files.text("out.csv") == "precious\n");
  CHECK(lae(files, "out.csv", {"--columns", "tensor_par"}).status == 0);
  CHECK(files.lines("out.csv").at(0) == "tensor_par");
}

}  // namespace calculon::test
