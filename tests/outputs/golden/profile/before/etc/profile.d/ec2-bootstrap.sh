# theirs
export http_proxy=http://old.corp:8080