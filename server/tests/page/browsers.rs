//! Which requests are answered, and what a browser may do with the answers.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kms_verify_server::router;

use crate::support::{Form, P256, P256_ARN, send, send_to, state};

const PATHS: [&str; 4] = ["/", "/page/style.css", "/page/page.js", "/page/icon.svg"];

fn get(path: &str, host: &str) -> Request<Body> {
    Request::get(path)
        .header(header::HOST, host)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn nothing_from_elsewhere_and_no_script_in_the_page() {
    let mut responses = Vec::new();
    for path in PATHS {
        responses.push(send(get(path, "127.0.0.1:9911")).await);
        responses.push(send(get(path, "example.com")).await);
    }
    responses.push(send(Form::of(P256).request("/page/answer")).await);
    responses.push(send(Form::new().text("x", "").request("/page/file")).await);
    for response in responses {
        let policy = response.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(
                policy.split("; ").any(|one| one == directive),
                "{directive} is not in {policy}"
            );
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http"));
        assert_eq!(response.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(response.headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(response.headers[header::CACHE_CONTROL], "no-store");
        assert!(response.headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
        assert!(response.headers.get(header::SET_COOKIE).is_none());
    }
    let page = send(get("/", "127.0.0.1:9911")).await.text();
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains("<script type=\"module\" src=\"/page/page.js\"></script>"));
    assert!(!page.contains("<style") && !page.contains(" style="));
    let is_handler = |words: &str| words.starts_with("on") && words.contains('=');
    assert!(!page.split_whitespace().any(is_handler));
    assert!(!page.contains("http://") && !page.contains("https://"));
}

#[tokio::test]
async fn files_have_their_types() {
    for (path, content_type) in PATHS
        .into_iter()
        .zip(["text/html", "text/css", "text/javascript", "image/svg+xml"])
    {
        let response = send(get(path, "[::1]:9911")).await;
        assert_eq!(response.status, StatusCode::OK);
        assert!(
            response.headers[header::CONTENT_TYPE]
                .to_str()
                .unwrap()
                .starts_with(content_type)
        );
    }
    let response = send(get("/page/answer", "localhost")).await;
    assert_eq!(response.status, StatusCode::SEE_OTHER);
    assert_eq!(response.headers[header::LOCATION], "/");
}

/// A site that lets its name lead to this server is not answered, so that it cannot read the names of keys.
#[tokio::test]
async fn a_host_that_may_be_of_another_site_is_not_answered() {
    for host in [
        "127.0.0.1:9911",
        "127.0.0.1",
        "[::1]:9911",
        "192.0.2.7:80",
        "localhost:9911",
        "LOCALHOST",
        "kms.localhost",
    ] {
        let response = send(get("/", host)).await;
        assert_eq!(response.status, StatusCode::OK, "{host}");
        assert!(response.text().contains(P256_ARN));
    }
    for host in [
        "example.com:9911",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "notlocalhost",
        "verify.internal",
        "127.0.0.1@example.com",
        "",
        "a b",
    ] {
        let response = send(get("/", host)).await;
        assert_eq!(response.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!response.text().contains(P256_ARN));
    }
    let without = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(send(without).await.status, StatusCode::MISDIRECTED_REQUEST);
    let mut twice = get("/", "localhost");
    twice.headers_mut().append(header::HOST, "localhost".parse().unwrap());
    assert_eq!(send(twice).await.status, StatusCode::MISDIRECTED_REQUEST);

    let listed = router(state().with_page_hosts(vec!["verify.internal".to_owned()]), true);
    let response = send_to(listed.clone(), get("/", "Verify.Internal:443")).await;
    assert_eq!(response.status, StatusCode::OK);
    let response = send_to(listed, get("/", "other.internal")).await;
    assert_eq!(response.status, StatusCode::MISDIRECTED_REQUEST);
}

/// The same for the KMS API, for which the host may be any: browsers send `Origin` with each POST of a script.
#[tokio::test]
async fn the_kms_api_is_not_for_scripts_of_web_pages() {
    let list = |origin: Option<&str>| {
        let mut request = Request::post("/")
            .header(header::HOST, "example.com")
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("x-amz-target", "TrentService.ListKeys")
            .body(Body::from("{}"))
            .unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        }
        request
    };
    let response = send(list(None)).await;
    assert_eq!(response.status, StatusCode::OK);
    assert!(response.text().contains(P256_ARN));
    for origin in ["http://example.com", "http://127.0.0.1:9911", "null"] {
        let response = send(list(Some(origin))).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST);
        assert!(response.text().contains("AccessDeniedException") && !response.text().contains(P256_ARN));
    }
}

#[tokio::test]
async fn only_the_page_itself_sends_its_forms() {
    for (name, value, status) in [
        ("sec-fetch-site", "same-origin", StatusCode::OK),
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "none", StatusCode::FORBIDDEN),
        ("origin", "http://127.0.0.1:9911", StatusCode::OK),
        // That of a form of a page without a referrer.
        ("origin", "null", StatusCode::OK),
        ("origin", "http://127.0.0.1:8080", StatusCode::FORBIDDEN),
        ("origin", "http://example.com", StatusCode::FORBIDDEN),
        ("origin", "127.0.0.1:9911", StatusCode::FORBIDDEN),
    ] {
        for path in ["/page/answer", "/page/look", "/page/file"] {
            let form = match path {
                "/page/file" => Form::new().text("what", "message").text("base64", ""),
                _ => Form::of(P256),
            };
            let mut request = form.request(path);
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(send(request).await.status, status, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn the_page_can_be_left_out() {
    for path in PATHS {
        let response = send_to(router(state(), false), get(path, "localhost")).await;
        assert!(response.status.is_client_error());
        assert!(!response.text().contains("<html"));
    }
}
