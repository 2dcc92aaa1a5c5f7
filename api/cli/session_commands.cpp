#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "api/cli/console.h"
#include "api/cli/session_file.h"

namespace tenantry::cli {
namespace {

std::string ask(const std::string& prompt, bool hidden) {
    std::cerr << prompt << std::flush;
    termios before{};
    const bool terminal = hidden && ::tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    std::string line;
    std::getline(std::cin, line);
    if (terminal) {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        std::cerr << "\n";
    }
    return line;
}

/// The token is given to browsers as a cookie only; this command is its own cookie jar.
std::string tokenOf(const Answer& answer) {
    static const std::string kName = "tenantry_session=";
    const std::string cookie = answer.header("Set-Cookie");
    if (cookie.rfind(kName, 0) != 0) return {};
    return cookie.substr(kName.size(), cookie.find(';') - kName.size());
}

struct Login {
    std::string username;
    bool passwordFromInput = false;
};

void login(Console& console, const Login& given) {
    const std::string url = console.address();
    const std::string username =
        given.username.empty() ? ask("Username: ", /*hidden=*/false) : given.username;
    const std::string password =
        given.passwordFromInput ? ask("", /*hidden=*/false) : ask("Password: ", /*hidden=*/true);
    base::JsonWriter body;
    body.beginObject().key("username").string(username);
    body.key("password").string(password).endObject();
    Client client(url, {});
    const Answer answer = client.postRaw("/api/v1/session", std::move(body).take());
    if (answer.status >= 400) {
        Failure failure = failureOf(answer);
        const std::size_t hint = failure.words.find(" Run: tenantry login");
        failure.words = failure.words.substr(0, hint);
        throw failure;
    }
    const std::string token = tokenOf(answer);
    if (token.empty()) throw Failure{Exit::kRefused, "The server gave no session."};
    saveSession({url, base::SecretText(token)});
    Console::say("Signed in to " + url + " as " + username + ".");
}

void logout(Console& console) {
    const auto saved = loadSession();
    if (!saved) {
        Console::say("You are not signed in.");
        return;
    }
    try {
        console.client().remove("/api/v1/session");
    } catch (const Failure& failure) {
        // An ended session is what was wanted.
        if (failure.code != Exit::kNotSignedIn) throw;
    }
    forgetSession();
    Console::say("Signed out of " + saved->url + ".");
}

void whoami(Console& console) {
    const auto me = console.client().get("/api/v1/me");
    Table table({{"USERNAME"}, {"ROLE"}, {"ORGANIZATION"}});
    for (const auto& role : me["roles"].items()) {
        table.add({me["account"]["username"].stringOr(""), role["title"].stringOr(""),
                   role["organization"]["name"].stringOr("")});
    }
    console.print(table, me);
}

}  // namespace

void addSessionCommands(CLI::App& app, Console& console) {
    auto given = std::make_shared<Login>();
    auto* in = app.add_subcommand("login", "Sign in; the session is kept for the next commands");
    in->add_option("-u,--username", given->username, "Username or e-mail; asked when left out");
    in->add_flag("--password-stdin", given->passwordFromInput,
                 "Read the password from standard input");
    in->callback([&console, given] { login(console, *given); });
    auto* out = app.add_subcommand("logout", "End the session");
    out->callback([&console] { logout(console); });
    auto* who = app.add_subcommand("whoami", "Who is signed in, with which roles");
    who->callback([&console] { whoami(console); });
}

}  // namespace tenantry::cli
