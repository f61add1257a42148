// Puts a page together: its words as HTML, everything else as data that page.js draws.
#include "page/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/json_text.h"
#include "base/printable.h"
#include "calculon/base/quantity_text.h"
#include "page/effect.h"
#include "page/page_assets.h"
#include "page/plot_types.h"
#include "page/result_columns.h"
#include "text/table_json.h"

namespace calculon {
namespace {

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : xml_text(text)) {
    switch (c) {
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '&':
        html += "&amp;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// JSON that nothing inside a script element can end. Its texts are what a saved picture can carry,
// so the control characters, which are written as \b, \f or \u001b, become U+FFFD.
std::string script_text(const Json& json) {
  const std::string plain = xml_text(json_text(json));
  constexpr std::size_t kUnicodeEscape = std::string_view("u001b").size();
  std::string text;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] == '<') {
      text += "\\u003c";
    } else if (plain[i] == '\\') {
      const char escape = plain[++i];
      const bool control = escape == 'b' || escape == 'f' || escape == 'u';
      text += control ? std::string("\\ufffd") : std::string{'\\', escape};
      i += escape == 'u' ? kUnicodeEscape - 1 : 0;
    } else {
      text += plain[i];
    }
  }
  return text;
}

std::vector<Drawing> drawings_of(const PageContent& content) {
  const Json plots = content.plots.empty() ? default_plots(content) : content.plots;
  std::vector<Drawing> drawings;
  for (const Json& plot : plots) {
    drawings.push_back(draw_plot(plot, content));
  }
  return drawings;
}

// The rows that a page carries: all of a small table, of a large one what is seen of it.
RowNumbers embedded_rows(const Table& table, const std::vector<Drawing>& drawings) {
  std::set<std::size_t> rows;
  for (std::size_t row = 0; row < table.size() && (table.size() <= kMostRows || row < kLeastRows);
       ++row) {
    rows.insert(row);
  }
  for (const Drawing& drawing : drawings) {
    rows.insert(drawing.rows.begin(), drawing.rows.end());
  }
  return {rows.begin(), rows.end()};
}

Json page_data(const PageContent& content, const std::vector<Drawing>& drawings) {
  const Table& table = content.rows;
  const std::vector<std::string> foot = result_columns(content);
  std::vector<std::string> names = foot;
  for (const Drawing& drawing : drawings) {
    for (const Json& name : drawing.table) {
      names.push_back(name.get<std::string>());
    }
  }
  Json data = Json::object();
  data["hover"] = foot;
  data["table"] = foot;
  data["total"] = std::max(content.total_rows, table.size());
  data["columns"] = Json::array();
  std::unordered_set<std::string> known;
  std::erase_if(names, [&](const std::string& name) { return !known.insert(name).second; });
  for (const std::string& name : names) {
    const ColumnInfo column = column_info(name);
    data["columns"].push_back(
        {{"name", name}, {"unit", column.unit}, {"factor", column.factor}, {"help", column.help}});
  }
  const RowNumbers rows = embedded_rows(table, drawings);
  if (rows.size() < table.size()) {
    data["ids"] = rows;
  }
  data["rows"] = Json::array();
  for (const std::size_t row : rows) {
    Json cells = Json::array();
    for (const std::string& name : names) {
      cells.push_back(Json(table.value(row, name)));
    }
    data["rows"].push_back(std::move(cells));
  }
  data["plots"] = Json::array();
  for (const Drawing& drawing : drawings) {
    Json plot = {{"title", drawing.title}, {"rows", drawing.rows}};
    if (!drawing.summary.is_null()) {
      plot["summary"] = drawing.summary;
    } else if (drawing.table.is_null()) {
      plot["spec"] = drawing.spec;
    } else {
      plot["table"] = drawing.table;
      plot["best"] = drawing.best;
    }
    data["plots"].push_back(std::move(plot));
  }
  return data;
}

// What a reader is to know first: which parameter matters, and which axes do not.
std::vector<std::string> findings_of(const PageContent& content,
                                     const std::vector<Drawing>& drawings) {
  std::vector<std::string> findings;
  for (const Drawing& drawing : drawings) {
    findings.insert(findings.end(), drawing.findings.begin(), drawing.findings.end());
  }
  for (std::string& sentence : axes_without_effect(content, "sample_rate")) {
    findings.push_back(std::move(sentence));
  }
  return findings;
}

// A line for each source, with the columns that any of them has.
std::string inputs_table(const std::vector<PageInputs>& sources) {
  std::string head;
  std::vector<std::string> lines(sources.size());
  for (const InputColumn& column : kInputColumns) {
    if (std::all_of(sources.begin(), sources.end(),
                    [&](const PageInputs& source) { return (source.*column.member).empty(); })) {
      continue;
    }
    head += fmt::format("<th>{}</th>", column.heading);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string& words = sources[i].*column.member;
      lines[i] += fmt::format("<td data-head=\"{}\">{}</td>", column.heading,
                              words.empty() ? "—" : escaped(words));
    }
  }
  if (head.empty()) {
    return "";
  }
  std::string html = fmt::format(
      "<div class=\"table inputs\">\n<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n", head);
  for (const std::string& line : lines) {
    html += fmt::format("<tr>{}</tr>\n", line);
  }
  return html + "</tbody>\n</table>\n</div>\n";
}

std::string plot_section(const Drawing& drawing, std::size_t number) {
  std::string html = fmt::format(
      "<section id=\"plot-{0}\" class=\"plot\">\n<h2>{1}</h2>\n"
      "<div class=\"drawing{2}\"></div>\n",
      number, escaped(drawing.title), drawing.spec.is_null() ? " table" : "");
  for (const std::string& note : drawing.notes) {
    html += fmt::format("<p class=\"note\">{}</p>\n", escaped(note));
  }
  return html + "<p class=\"links\"></p>\n</section>\n";
}

// The table at the foot, which page.js fills.
std::string rows_section(const PageContent& content, const std::vector<Drawing>& drawings) {
  std::vector<std::string> sentences = content.left_out;
  if (embedded_rows(content.rows, drawings).size() < content.rows.size()) {
    sentences.push_back(fmt::format("It holds the first {} rows and those that the plots show.",
                                    grouped_digits(kLeastRows)));
  }
  std::string html = "<section id=\"rows\">\n<h2>Results</h2>\n<p class=\"note\"></p>\n";
  for (const std::string& sentence : sentences) {
    html += fmt::format("<p class=\"note\">{}</p>\n", escaped(sentence));
  }
  return html + "<div class=\"table\"></div>\n</section>\n";
}

}  // namespace

std::string html_page(const PageContent& content) {
  return draw_page(content).html;
}

DrawnPage draw_page(const PageContent& content) {
  const std::vector<Drawing> drawings = drawings_of(content);
  std::vector<std::string> findings = findings_of(content, drawings);

  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n"
      "<style>\n{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
      kPagePolicy, escaped(content.title), kPageStyle, escaped(content.title));
  if (!content.notes.empty()) {
    html += fmt::format("<p class=\"notes\">{}</p>\n", escaped(content.notes));
  }
  html += inputs_table(content.sources);
  for (const std::string& finding : findings) {
    html += fmt::format("<p class=\"finding\">{}</p>\n", escaped(finding));
  }
  html += "<div class=\"plots\">\n";
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    html += plot_section(drawings[i], i + 1);
  }
  html += "</div>\n";
  html += rows_section(content, drawings);
  if (!content.inputs.is_null()) {
    html += fmt::format("<details>\n<summary>Inputs</summary>\n<pre>{}</pre>\n</details>\n",
                        escaped(json_text(content.inputs, 2)));
  }
  html += fmt::format(
      "<footer>calculon {}. Plots drawn by Vega, \xc2\xa9 2015-2021 University of Washington "
      "Interactive Data Lab, with d3, \xc2\xa9 Mike Bostock (BSD-3-Clause, ISC).</footer>\n"
      "<noscript><p class=\"error\">The plots and the table need JavaScript.</p></noscript>\n",
      CALCULON_VERSION);
  html += fmt::format("<script type=\"application/json\" id=\"page-data\">{}</script>\n",
                      script_text(page_data(content, drawings)));
  html += fmt::format("<script>\n{}</script>\n<script>\n{}</script>\n</body>\n</html>\n",
                      kVegaScript, kPageScript);
  return {std::move(html), std::move(findings)};
}

}  // namespace calculon
