#include "text/csv.h"

#include <catch2/catch.hpp>
#include <limits>

namespace calculon::test {
namespace {

std::string line_in(const CsvSpelling& spelling) {
  std::string text;
  CsvWriter writer(text, spelling);
  writer.cell("name").cell(true).cell(false).cell(std::numeric_limits<double>::quiet_NaN());
  writer.cell(0.1).cell(7).cell(std::int64_t{-8}).end_line();
  return text;
}

}  // namespace

TEST_CASE("a table is spelled as published, or as ours", "[report]") {
  CHECK(line_in(kPublishedCsv) == "name,True,False,None,0.1,7,-8\n");
  CHECK(line_in(kOwnCsv) == "name,true,false,,0.1,7,-8\n");
}

TEST_CASE("a cell that could be taken for several is quoted", "[report]") {
  std::string text;
  CsvWriter writer(text);
  writer.cell("a b").cell("a,b").cell("say \"no\"").cell("two\nlines").cell("").end_line();
  writer.cell("next").end_line();
  CHECK(text == "a b,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\nnext\n");
}

TEST_CASE("numbers are in their shortest form, and nothing stands for what is none", "[report]") {
  const auto text_of = [](double value) {
    std::string text;
    append_number(text, value);
    return text;
  };
  CHECK(text_of(0) == "0");
  CHECK(text_of(-2) == "-2");
  CHECK(text_of(0.1) == "0.1");
  CHECK(text_of(9007199254740991.0) == "9007199254740991");
  CHECK(text_of(1e22) == "1e+22");
  CHECK(text_of(std::numeric_limits<double>::infinity()).empty());
}

TEST_CASE("a label that a spreadsheet would run stays a text", "[report]") {
  for (const char* label : {"=HYPERLINK(1)", "+1+2", "-1+cmd", "@SUM(1)", "\tx", "\rx", "'=1",
                            "''@", "- none -", "-"}) {
    INFO(label);
    CHECK(guarded_text(label) == std::string("'") + label);
    CHECK(unguarded_text(guarded_text(label)) == label);
  }
  for (const char* label : {"", "a=b", "8", "-8", "+8", "-1.5e-3", "'quoted'", "'", "it's"}) {
    INFO(label);
    CHECK(guarded_text(label) == label);
    CHECK(unguarded_text(label) == label);
  }
  std::string own;
  CsvWriter(own).cell("=HYPERLINK(\"http://x\",1)").cell(-8).end_line();
  CHECK(own == "\"'=HYPERLINK(\"\"http://x\"\",1)\",-8\n");
  std::string published;
  CsvWriter(published, kPublishedCsv).cell("=1").end_line();
  CHECK(published == "=1\n");
}

}  // namespace calculon::test
